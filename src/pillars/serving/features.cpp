#include "serving/features.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"

namespace lepton::serving {
namespace {

std::string names_of(std::vector<runtime::Column> const& columns) {
  std::vector<std::string> names;
  for (auto const& column : columns) names.push_back(column.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string shape_text(Tensor const& tensor) {
  return fmt::format("[{}]", fmt::join(tensor.shape, ", "));
}

/// The whole matrix in one tensor: nullopt when the request is not of that form.
std::optional<runtime::Matrix> from_one_tensor(runtime::Signature const& signature, std::vector<Tensor> const& inputs) {
  auto const columns = static_cast<std::int64_t>(signature.inputs.size());
  if (inputs.size() != 1 || inputs[0].numbers() == nullptr || signature.reads_text()) return std::nullopt;
  auto const& tensor = inputs[0];
  bool const one_row = tensor.shape.size() == 1 && tensor.shape[0] == columns;
  if (signature.find_input(tensor.name) && (columns > 1 || tensor.shape.size() == 1)) return std::nullopt;
  if (!one_row && !(tensor.shape.size() == 2 && tensor.shape[1] == columns)) return std::nullopt;
  auto const rows = static_cast<std::size_t>(one_row ? 1 : tensor.shape[0]);
  runtime::Matrix matrix(rows, signature.inputs.size());
  for (std::size_t i = 0; i < rows * signature.inputs.size(); ++i)
    matrix.at(i / signature.inputs.size(), i % signature.inputs.size()) = static_cast<float>((*tensor.numbers())[i]);
  return matrix;
}

/// Fills one column per tensor and says which are filled.
class ColumnFiller {
 public:
  ColumnFiller(runtime::Signature const& signature, std::size_t rows)
      : signature_(signature), rows_(runtime::Matrix(rows, signature.inputs.size())), filled_(signature.inputs.size()) {
    if (signature.reads_text()) rows_.texts.resize(signature.inputs.size());
  }

  void fill(std::size_t index, Tensor const& tensor, std::set<std::string> const& also_allowed) {
    std::string const at = fmt::format("/inputs/{}", index);
    auto const column = signature_.find_input(tensor.name);
    if (!column) {
      if (!also_allowed.contains(tensor.name))
        problems_[at + "/name"] = fmt::format(
            "\"{}\" is not an input of the model; expected [rows, {}] in one tensor, or one tensor each of {}",
            tensor.name, signature_.inputs.size(), names_of(signature_.inputs));
      return;
    }
    if (filled_[*column]) {
      problems_[at + "/name"] = fmt::format("\"{}\" is given twice", tensor.name);
    } else if ((tensor.texts() != nullptr) != is_text(*column)) {
      problems_[at + "/datatype"] = fmt::format(
          "expected {}, found {}", runtime::protocol_name(signature_.inputs[*column].datatype), tensor.datatype);
    } else if (!shape_fits(tensor)) {
      problems_[at + "/shape"] = fmt::format("expected [{0}] or [{0}, 1] as the other tensors have, found {1}",
                                             rows_.rows(), shape_text(tensor));
    } else {
      put(*column, tensor.data);
    }
  }

  void fill_missing(FoundColumns const& found) {
    for (std::size_t column = 0; column < filled_.size(); ++column) {
      if (filled_[column]) continue;
      auto const values = found.find(signature_.inputs[column].name);
      if (values == found.end()) continue;
      auto const count = std::visit([](auto const& all) { return all.size(); }, values->second);
      if (count == rows_.rows())
        put(column, values->second);
      else
        problems_["/inputs"] = fmt::format("has {} keys to look up for {} rows", count, rows_.rows());
    }
  }

  runtime::Rows finish() {
    std::vector<std::string> absent;
    for (std::size_t column = 0; column < filled_.size(); ++column)
      if (!filled_[column] && !signature_.inputs[column].nullable) absent.push_back(signature_.inputs[column].name);
    if (std::find(filled_.begin(), filled_.end(), true) == filled_.end() && problems_.empty())
      problems_["/inputs"] = "holds no input of the model; expected " + names_of(signature_.inputs);
    else if (!absent.empty())
      problems_["/inputs"] = fmt::format("lacks {}", fmt::join(absent, ", "));
    if (!problems_.empty())
      throw invalid(problems_.size() == 1 ? problems_.begin()->first + " " + problems_.begin()->second
                                          : fmt::format("{} parts of the request are wrong", problems_.size()),
                    problems_);
    return std::move(rows_);
  }

 private:
  [[nodiscard]] bool is_text(std::size_t column) const {
    return signature_.inputs[column].datatype == runtime::DataType::bytes;
  }
  [[nodiscard]] bool shape_fits(Tensor const& tensor) const {
    auto const rows = static_cast<std::int64_t>(rows_.rows());
    return tensor.shape == std::vector{rows} || tensor.shape == std::vector{rows, std::int64_t{1}};
  }
  void put(std::size_t column, FoundColumn const& values) {
    filled_[column] = true;
    if (auto const* texts = std::get_if<std::vector<std::string>>(&values)) {
      rows_.texts[column] = *texts;
      return;
    }
    auto const& numbers = std::get<std::vector<double>>(values);
    for (std::size_t row = 0; row < numbers.size(); ++row)
      rows_.numbers.at(row, column) = static_cast<float>(numbers[row]);
  }

  runtime::Signature const& signature_;
  runtime::Rows rows_;
  std::vector<bool> filled_;
  Details problems_;
};

void refuse_missing_values(runtime::Signature const& signature, runtime::Rows const& rows) {
  for (std::size_t column = 0; column < rows.columns(); ++column) {
    auto const& input = signature.inputs[column];
    if (input.nullable || input.datatype == runtime::DataType::bytes) continue;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      if (std::isnan(rows.numbers.at(row, column)))
        throw invalid(fmt::format("input \"{}\" is missing in row {}, and the model needs it", input.name, row),
                      {{"/inputs", fmt::format("row {}: \"{}\" may not be null", row, input.name)}});
    }
  }
}

}  // namespace

runtime::Rows to_rows(runtime::Signature const& signature, std::vector<Tensor> const& inputs, FoundColumns const& found,
                      std::set<std::string> const& also_allowed) {
  if (inputs.empty()) throw invalid("/inputs is empty", {{"/inputs", "expected " + names_of(signature.inputs)}});
  runtime::Rows rows;
  if (auto matrix = from_one_tensor(signature, inputs)) {
    rows = std::move(*matrix);
  } else {
    auto const& shape = inputs[0].shape;
    ColumnFiller filler(signature, shape.empty() ? 1 : static_cast<std::size_t>(shape[0]));
    for (std::size_t i = 0; i < inputs.size(); ++i) filler.fill(i, inputs[i], also_allowed);
    filler.fill_missing(found);
    rows = filler.finish();
  }
  if (rows.rows() == 0) throw invalid("/inputs holds no rows", {{"/inputs/0/shape", "expected at least one row"}});
  refuse_missing_values(signature, rows);
  return rows;
}

void check_outputs(runtime::Signature const& signature, std::vector<std::string> const& wanted) {
  Details problems;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto const is_it = [&](runtime::Column const& column) { return column.name == wanted[i]; };
    if (std::none_of(signature.outputs.begin(), signature.outputs.end(), is_it))
      problems[fmt::format("/outputs/{}/name", i)] =
          fmt::format("\"{}\" is not an output of the model; it has {}", wanted[i], names_of(signature.outputs));
  }
  if (!problems.empty()) throw invalid(problems.begin()->first + " " + problems.begin()->second, problems);
}

namespace {

/// One output, whose numbers begin at `first` in each row.
Tensor tensor_of(runtime::Prediction const& prediction, runtime::Column const& output, std::size_t index,
                 std::size_t first) {
  Tensor tensor{output.name,
                std::string(runtime::protocol_name(output.datatype)),
                {static_cast<std::int64_t>(prediction.rows)},
                {}};
  if (output.datatype == runtime::DataType::bytes) {
    tensor.data = prediction.texts.at(index);
    return tensor;
  }
  auto const width = output.width();
  if (output.labels) tensor.shape.push_back(static_cast<std::int64_t>(width));
  std::vector<double> values;
  values.reserve(prediction.rows * width);
  for (std::size_t row = 0; row < prediction.rows; ++row)
    for (std::size_t i = 0; i < width; ++i) values.push_back(prediction.at(row, first + i));
  tensor.data = std::move(values);
  return tensor;
}

}  // namespace

std::vector<Tensor> to_tensors(runtime::Signature const& signature, runtime::Prediction const& prediction,
                               std::vector<std::string> const& wanted) {
  std::vector<Tensor> out;
  std::size_t first = 0;
  for (std::size_t i = 0; i < signature.outputs.size(); ++i) {
    auto const& output = signature.outputs[i];
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), output.name) != wanted.end())
      out.push_back(tensor_of(prediction, output, i, first));
    first += output.width();
  }
  if (!prediction.explanations.empty())
    out.push_back({"explanation", "BYTES", {static_cast<std::int64_t>(prediction.rows)}, prediction.explanations});
  return out;
}

}  // namespace lepton::serving
