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
  if (inputs.size() != 1 || inputs[0].numbers() == nullptr) return std::nullopt;
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

/// Fills one column of the matrix per tensor and says which are filled.
class ColumnFiller {
 public:
  ColumnFiller(runtime::Signature const& signature, std::size_t rows)
      : signature_(signature), matrix_(rows, signature.inputs.size()), filled_(signature.inputs.size()) {}

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
    } else if (tensor.numbers() == nullptr) {
      problems_[at + "/datatype"] =
          fmt::format("expected {}, found BYTES", runtime::protocol_name(signature_.inputs[*column].datatype));
    } else if (!shape_fits(tensor)) {
      problems_[at + "/shape"] = fmt::format("expected [{0}] or [{0}, 1] as the other tensors have, found {1}",
                                             matrix_.rows(), shape_text(tensor));
    } else {
      put(*column, *tensor.numbers());
    }
  }

  void fill_missing(FoundColumns const& found) {
    for (std::size_t column = 0; column < filled_.size(); ++column) {
      if (filled_[column]) continue;
      auto const values = found.find(signature_.inputs[column].name);
      if (values == found.end()) continue;
      if (values->second.size() == matrix_.rows())
        put(column, values->second);
      else
        problems_["/inputs"] = fmt::format("has {} keys to look up for {} rows", values->second.size(), matrix_.rows());
    }
  }

  runtime::Matrix finish() {
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
    return std::move(matrix_);
  }

 private:
  [[nodiscard]] bool shape_fits(Tensor const& tensor) const {
    auto const rows = static_cast<std::int64_t>(matrix_.rows());
    return tensor.shape == std::vector{rows} || tensor.shape == std::vector{rows, std::int64_t{1}};
  }
  void put(std::size_t column, std::vector<double> const& values) {
    filled_[column] = true;
    for (std::size_t row = 0; row < matrix_.rows(); ++row) matrix_.at(row, column) = static_cast<float>(values[row]);
  }

  runtime::Signature const& signature_;
  runtime::Matrix matrix_;
  std::vector<bool> filled_;
  Details problems_;
};

void refuse_missing_values(runtime::Signature const& signature, runtime::Matrix const& matrix) {
  for (std::size_t column = 0; column < matrix.columns(); ++column) {
    if (signature.inputs[column].nullable) continue;
    for (std::size_t row = 0; row < matrix.rows(); ++row) {
      if (std::isnan(matrix.at(row, column)))
        throw invalid(fmt::format("input \"{}\" is missing in row {}, and the model needs it",
                                  signature.inputs[column].name, row),
                      {{"/inputs", fmt::format("row {}: \"{}\" may not be null", row, signature.inputs[column].name)}});
    }
  }
}

}  // namespace

runtime::Matrix to_matrix(runtime::Signature const& signature, std::vector<Tensor> const& inputs,
                          FoundColumns const& found, std::set<std::string> const& also_allowed) {
  if (inputs.empty()) throw invalid("/inputs is empty", {{"/inputs", "expected " + names_of(signature.inputs)}});
  auto matrix = from_one_tensor(signature, inputs);
  if (!matrix) {
    auto const& shape = inputs[0].shape;
    ColumnFiller filler(signature, shape.empty() ? 1 : static_cast<std::size_t>(shape[0]));
    for (std::size_t i = 0; i < inputs.size(); ++i) filler.fill(i, inputs[i], also_allowed);
    filler.fill_missing(found);
    matrix = filler.finish();
  }
  if (matrix->rows() == 0) throw invalid("/inputs holds no rows", {{"/inputs/0/shape", "expected at least one row"}});
  refuse_missing_values(signature, *matrix);
  return std::move(*matrix);
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

std::vector<Tensor> to_tensors(runtime::Signature const& signature, runtime::Prediction const& prediction,
                               std::vector<std::string> const& wanted) {
  std::vector<Tensor> out;
  for (std::size_t column = 0; column < signature.outputs.size(); ++column) {
    auto const& output = signature.outputs[column];
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), output.name) == wanted.end()) continue;
    std::vector<double> values(prediction.rows);
    for (std::size_t row = 0; row < prediction.rows; ++row) values[row] = prediction.at(row, column);
    out.push_back({output.name,
                   std::string(runtime::protocol_name(output.datatype)),
                   {static_cast<std::int64_t>(prediction.rows)},
                   std::move(values)});
  }
  return out;
}

}  // namespace lepton::serving
