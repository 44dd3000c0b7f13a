#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/assets.h"
#include "access/audit.h"
#include "access/authority.h"
#include "blob/store.h"
#include "lineage/lineage.h"
#include "models/model.h"

namespace lepton::models {

/// Registered models: assets of kind "model" with numbered versions that never change. Any thread may call; functions
/// open their own transactions unless they take one. Registering needs `write` on the model (the contributor role where
/// it is new), looking `discover`, the artifact's bytes `read`.
class Registry {
 public:
  Registry(db::Database& database, blob::Store& blobs, access::Authority const& authority, access::Assets& assets,
           access::Audit& audit, lineage::Lineage const& lineage)
      : database_(database), blobs_(blobs), authority_(authority), assets_(assets), audit_(audit), lineage_(lineage) {}

  struct NewModel {
    std::string address;
    std::string description;
    std::set<std::string> protected_aliases = {"production"};

    static constexpr auto fields() {
      return std::tuple{required("address", &NewModel::address, "department/name"),
                        optional("description", &NewModel::description, "for people"),
                        optional("protected_aliases", &NewModel::protected_aliases,
                                 "aliases that move only with a steward's approval; default: production")};
    }
  };
  Model create(Call const& call, NewModel const& model);
  [[nodiscard]] Model get(Call const& call, access::Address const& address) const;
  /// Those the caller may discover; `department` "" for all.
  [[nodiscard]] std::vector<Model> list(Call const& call, std::string const& department = "") const;
  /// Needs `share`. `revision` is the model's, as read.
  Model protect(Call const& call, access::Address const& address, std::set<std::string> const& aliases,
                std::int64_t revision);

  struct NewVersion {
    std::string model;
    RunId run;
    std::string description;

    static constexpr auto fields() {
      return std::tuple{
          required("model", &NewVersion::model, "address; the model is created when there is none"),
          required("run", &NewVersion::run, "finished run that left model.json (or model.bin) and signature.json"),
          optional("description", &NewVersion::description, "for people")};
    }
  };
  /// Content that is registered already is not registered again: its version is the answer.
  ModelVersion add_version(Call const& call, NewVersion const& version);
  /// The same inside a transaction, for who ends a job: what the run made and the end of the job are durable together.
  /// The caller has made sure with may_register() that nothing stands against it.
  ModelVersion add_version(db::Transaction& tx, Call const& call, NewVersion const& version);
  /// Throws Error{denied} or {not_found} when the caller may not register under the address.
  void may_register(db::Transaction& tx, Call const& call, access::Address const& model) const;

  /// `address` names a number ("@3"), an alias ("@production") or nothing: the newest.
  [[nodiscard]] ModelVersion version(Call const& call, access::Address const& address) const;
  [[nodiscard]] std::vector<ModelVersion> versions(Call const& call, access::Address const& model) const;
  [[nodiscard]] std::string artifact(Call const& call, access::Address const& version, std::string const& path) const;

  // For serving, which decides itself who may serve what.
  struct Servable {
    ModelVersion version;
    std::set<std::string> tags;           ///< of the model
    std::vector<access::Ground> grounds;  ///< promotions that lead to this version
  };
  [[nodiscard]] Servable resolve(db::Transaction& tx, access::Address const& address) const;
  [[nodiscard]] std::string servable_artifact(Call const& call, ModelVersion const& version) const;

 private:
  [[nodiscard]] access::Asset ensure(db::Transaction& tx, Call const& call, NewModel const& model) const;

  db::Database& database_;
  blob::Store& blobs_;
  access::Authority const& authority_;
  access::Assets& assets_;
  access::Audit& audit_;
  lineage::Lineage const& lineage_;
};

/// Inside a transaction. Throws Error{not_found} for a version or alias that is not there.
[[nodiscard]] ModelVersion resolve_version(db::Transaction& tx, access::Asset const& model,
                                           std::optional<std::string> const& version);

}  // namespace lepton::models
