#pragma once

#include <string>
#include <vector>

#include "base/fields.h"
#include "datasets/datasets.h"

namespace lepton::native {

struct BadRowView {
  std::int64_t line = 0;
  std::string column, reason;
  static constexpr auto fields() {
    return std::tuple{required("line", &BadRowView::line, "from 1, the header included"),
                      optional("column", &BadRowView::column, "empty: the whole line"),
                      required("reason", &BadRowView::reason, "what is wrong with it")};
  }
};

/// What an import or a saved query made.
struct ImportView {
  datasets::Version version;
  bool unchanged = false;
  std::vector<BadRowView> bad_rows;

  ImportView() = default;
  explicit ImportView(datasets::ImportResult result) : version(std::move(result.version)), unchanged(result.unchanged) {
    for (auto& row : result.bad_rows) bad_rows.push_back({row.line, std::move(row.column), std::move(row.reason)});
  }
  static constexpr auto fields() {
    return std::tuple{required("version", &ImportView::version, "the version that holds the rows"),
                      required("unchanged", &ImportView::unchanged, "the newest version had this content already"),
                      optional("bad_rows", &ImportView::bad_rows, "the first rows that were skipped")};
  }
};

}  // namespace lepton::native
