#include "datasets/survey.h"

namespace lepton::datasets {

std::vector<SurveyedDataset> all_datasets(db::Transaction& tx) {
  std::vector<SurveyedDataset> datasets;
  for (auto const& row :
       tx.query("SELECT d.asset_id, d.record_key, d.withdrawn_at, v.number, v.columns_json FROM dataset d "
                "LEFT JOIN dataset_version v ON v.asset_id = d.asset_id AND v.number = "
                "(SELECT max(w.number) FROM dataset_version w WHERE w.asset_id = d.asset_id)")) {
    SurveyedDataset dataset{row.id<access::AssetId>(0), row.text(1), !row.is_null(2), 0, {}};
    if (!row.is_null(3)) {
      dataset.latest = row.integer(3);
      dataset.columns = from_json<table::Schema>(json::parse(row.text(4)));
    }
    datasets.push_back(std::move(dataset));
  }
  return datasets;
}

std::vector<SurveyedVersion> all_versions(db::Transaction& tx) {
  std::vector<SurveyedVersion> versions;
  for (auto const& row :
       tx.query("SELECT asset_id, number, digest, row_count, byte_count, created_by, created_at FROM dataset_version"))
    versions.push_back({row.id<access::AssetId>(0), row.integer(1), row.text(2), row.integer(3), row.integer(4),
                        row.text(5), row.timestamp(6)});
  return versions;
}

}  // namespace lepton::datasets
