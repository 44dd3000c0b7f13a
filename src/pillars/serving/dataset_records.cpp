#include "serving/dataset_records.h"

namespace lepton::serving {

RecordSource::Pin DatasetRecords::pin(Call const& call, access::Address const& dataset) const {
  auto const read = datasets_.pin(call, access::Action::read, dataset);
  return {access::parse_address(read.version), read.grounds};
}

std::vector<std::optional<Record>> DatasetRecords::find(Call const& call, access::Address const& version,
                                                        std::string const& key, std::vector<std::string> const& columns,
                                                        std::vector<std::string> const& keys) const {
  auto records = keyed_.find(call, version, key, columns, keys);
  std::vector<std::optional<Record>> out;
  for (auto& values : records.found)
    out.push_back(values ? std::optional(Record{std::move(*values), records.grounds}) : std::nullopt);
  return out;
}

}  // namespace lepton::serving
