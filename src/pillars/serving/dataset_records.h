#pragma once

#include "datasets/datasets.h"
#include "serving/sources.h"

namespace lepton::serving {

/// Records of the shared tables, as the reader may see them. Any thread may call.
class DatasetRecords : public RecordSource {
 public:
  explicit DatasetRecords(datasets::Datasets const& datasets) : datasets_(datasets) {}
  [[nodiscard]] Pin pin(Call const& call, access::Address const& dataset) const override;
  [[nodiscard]] std::vector<std::optional<Record>> find(Call const& call, access::Address const& version,
                                                        std::string const& key, std::vector<std::string> const& columns,
                                                        std::vector<std::string> const& keys) const override;

 private:
  datasets::Datasets const& datasets_;
};

}  // namespace lepton::serving
