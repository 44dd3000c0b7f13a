#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rdf/store/dictionary.h"

namespace lepton::platform_graph {

/// On what it depends whether somebody may know that a thing exists. `key` is the asset's address or id, the grant's
/// id, or for a job its department and its submitter's id with a space between.
struct Gate {
  enum class Kind : std::uint8_t { nobody, everyone, asset, asset_id, grant, job };
  Kind kind = Kind::nobody;
  std::string key;

  [[nodiscard]] static Gate everyone() { return {Kind::everyone, {}}; }
  friend auto operator<=>(Gate const&, Gate const&) = default;
};

/// The dictionary of the graph, and for each IRI in it the gate that it stands behind: nobody's until somebody says
/// otherwise, so that what was forgotten stays hidden. Owned by World and used by one thread at a time, but for the
/// dictionary, which its readers share.
class Names {
 public:
  Names();

  [[nodiscard]] rdf::TermId iri(std::string const& iri, Gate const& gate);
  /// Names a thing without saying who may know of it: who describes it does.
  [[nodiscard]] rdf::TermId mention(std::string const& iri);

  [[nodiscard]] std::shared_ptr<rdf::Dictionary> const& dictionary() const { return dictionary_; }
  [[nodiscard]] std::vector<Gate> const& gates() const { return gates_; }
  /// By the number of the IRI, the place in gates().
  [[nodiscard]] std::vector<std::uint32_t> const& gate_of() const { return gate_of_; }

 private:
  std::shared_ptr<rdf::Dictionary> dictionary_;  // shared with queries that outlive this edition of the graph
  std::vector<Gate> gates_;
  std::map<Gate, std::uint32_t> places_;
  std::vector<std::uint32_t> gate_of_;
};

}  // namespace lepton::platform_graph
