#pragma once

#include "base/log.h"
#include "datasets/keyed_records.h"
#include "serving/sources.h"

namespace lepton::serving {

/// Records of the shared tables, as the reader may see them, from memory when they are asked for again. Any thread may
/// call.
class DatasetRecords : public RecordSource {
 public:
  /// Both outlive it.
  DatasetRecords(datasets::Datasets const& datasets, Log const& log) : datasets_(datasets), keyed_(datasets, log) {}
  [[nodiscard]] Pin pin(Call const& call, access::Address const& dataset) const override;
  [[nodiscard]] std::vector<std::optional<Record>> find(Call const& call, access::Address const& version,
                                                        std::string const& key, std::vector<std::string> const& columns,
                                                        std::vector<std::string> const& keys) const override;

 private:
  datasets::Datasets const& datasets_;
  mutable datasets::KeyedRecords keyed_;  ///< what it keeps changes no answer
};

}  // namespace lepton::serving
