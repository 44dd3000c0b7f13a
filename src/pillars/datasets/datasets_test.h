#pragma once

#include <gmock/gmock.h>

#include "access/company_test.h"
#include "datasets/datasets.h"
#include "datasets/schema.h"
#include "lineage/schema.h"

namespace lepton::datasets {

/// Fixture: the company of the story with a blob folder and query workers (this program itself, see own_worker.h).
class DatasetsTest : public access::CompanyTest {
 protected:
  void SetUp() override {
    CompanyTest::SetUp();
    if (IsSkipped()) return;
    database().migrate(lineage::migrations());
    database().migrate(migrations());
    blobs_ = blob::open_folder(directory_.path() / "objects");
    table::WorkerOptions options;
    options.command = {"/proc/self/exe", "query-worker"};
    options.scratch = directory_.path() / "scratch";
    options.memory_bytes = 256 << 20;
    options.spares = 1;
    workers_.emplace(options, log_);
    datasets_.emplace(
        Datasets::Parts{database(), *blobs_, access().authority, access().assets, access().audit, lineage_, *workers_});
  }

  std::filesystem::path file(std::string const& name, std::string const& content) {
    auto const path = directory_.path() / name;
    write_file_atomically(path, content);
    return path;
  }
  ImportResult import(std::string const& who, std::string const& address, std::string const& csv,
                      ImportRequest const& request = {}) {
    return datasets_->import(as(who), access::parse_address(address), file("upload.csv", csv), request);
  }
  std::string query(Call const& call, std::string const& sql) {
    std::string out;
    answer_ = datasets_->query(call, sql, {.format = table::ResultFormat::rows},
                               {{}, [&](std::string_view bytes) { out += bytes; }});
    return out;
  }
  template <class Function>
  Error error_of(Function&& function) {
    try {
      (void)function();
    } catch (Error const& e) {
      return e;
    }
    return internal("nothing was thrown");
  }
  /// ben of risk may read banking/<name> for default-risk, under these masks.
  access::Grant grant_to_ben(std::string const& address, access::Masks const& masks = {}) {
    return access().grants.create(as("ana"), {.subject = "user:ben",
                                              .actions = {access::Action::read, access::Action::train},
                                              .path = address,
                                              .purpose = "default-risk",
                                              .masks = masks,
                                              .not_before = {},
                                              .expires_at = {}});
  }

  TemporaryDirectory directory_;
  Log log_{LogLevel::error};
  lineage::Lineage lineage_;
  std::unique_ptr<blob::Store> blobs_;
  std::optional<table::Workers> workers_;
  std::optional<Datasets> datasets_;
  QueryAnswer answer_;
};

}  // namespace lepton::datasets
