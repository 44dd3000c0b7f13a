#include "runtime/model.h"

#include <fmt/format.h>

#include "base/error.h"
#include "runtime/scorecard_model.h"
#include "runtime/text_model.h"
#include "runtime/tree_model.h"

namespace lepton::runtime {

void Model::require_columns(RowsView input) const {
  if (input.columns() != signature_.inputs.size())
    throw invalid(fmt::format("expected {} columns, found {}", signature_.inputs.size(), input.columns()));
  if (!signature_.reads_text()) return;
  for (std::size_t i = 0; i < signature_.inputs.size(); ++i)
    if (signature_.inputs[i].datatype == DataType::bytes &&
        (input.texts.size() != signature_.inputs.size() || input.texts[i].size() != input.rows()))
      throw invalid(fmt::format("column '{}' needs a text for each row", signature_.inputs[i].name));
}

Prediction Model::predict(RowsView input) const {
  require_columns(input);
  auto const columns = signature_.output_width();
  Prediction out{input.rows(), columns, std::vector<double>(input.rows() * columns)};
  run(input, out);
  return out;
}

std::vector<std::vector<Explanation>> Model::explain(RowsView input) const {
  require_columns(input);
  std::vector<std::vector<Explanation>> out;
  for (std::size_t row = 0; row < input.rows(); ++row) out.push_back(explain_row(input, row));
  return out;
}

std::vector<Explanation> Model::explain_row(RowsView, std::size_t) const {
  throw invalid(fmt::format("a model of {} does not say what decided", platform()));
}

std::unique_ptr<Model> load(std::string_view artifact, Signature signature, std::span<ModelKind const> further) {
  for (auto const& kind : further)
    if (ModelFile::is(artifact, kind.name)) return kind.load(artifact, std::move(signature));
  if (ModelFile::is(artifact, LinearText::kind)) return load_linear_text(artifact, std::move(signature));
  if (ModelFile::is(artifact, SequenceTagger::kind)) return load_sequence_tagger(artifact, std::move(signature));
  if (Scorecard::is(artifact)) return load_scorecard(artifact, std::move(signature));
  return load_trees(artifact, std::move(signature));
}

}  // namespace lepton::runtime
