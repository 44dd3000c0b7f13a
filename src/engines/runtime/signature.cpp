#include "runtime/signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace lepton::runtime {
namespace {

std::vector<TensorMetadata> metadata_of(std::vector<Column> const& columns) {
  std::vector<TensorMetadata> tensors;
  for (auto const& column : columns) {
    TensorMetadata tensor{column.name, std::string(protocol_name(column.datatype)), {-1}};
    if (column.labels) {
      tensor.shape.push_back(static_cast<std::int64_t>(column.labels->size()));
      tensor.parameters = TensorParameters{*column.labels};
    }
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

void refuse_duplicates(std::vector<Column> const& columns, std::string const& pointer, Details& problems) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name.empty()) problems.emplace(json::pointer_to(pointer, i) + "/name", "must not be empty");
    if (!seen.insert(columns[i].name).second)
      problems.emplace(json::pointer_to(pointer, i) + "/name", "column '" + columns[i].name + "' stands twice");
    if (columns[i].labels && columns[i].labels->empty())
      problems.emplace(json::pointer_to(pointer, i) + "/labels", "must name at least one element");
  }
  if (columns.empty()) problems.emplace(pointer, "must name at least one column");
}

}  // namespace

std::optional<std::size_t> Signature::find_input(std::string_view name) const {
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].name == name) return i;
  return std::nullopt;
}

bool Signature::reads_text() const {
  return std::any_of(inputs.begin(), inputs.end(), [](auto& column) { return column.datatype == DataType::bytes; });
}

std::size_t Signature::output_width() const {
  std::size_t sum = 0;
  for (auto const& column : outputs) sum += column.width();
  return sum;
}

std::vector<TensorMetadata> Signature::input_metadata() const {
  return metadata_of(inputs);
}

std::vector<TensorMetadata> Signature::output_metadata() const {
  return metadata_of(outputs);
}

Signature parse_signature(json::Value const& value) {
  auto signature = from_json<Signature>(value);
  Details problems;
  refuse_duplicates(signature.inputs, "/inputs", problems);
  refuse_duplicates(signature.outputs, "/outputs", problems);
  if (!problems.empty()) throw invalid("the model's signature is wrong", std::move(problems));
  return signature;
}

void require_agreement(Signature const& given, Signature const& own) {
  auto const same_type = [](Column const& a, Column const& b) { return a.datatype == b.datatype; };
  auto const same = [](Column const& a, Column const& b) {
    return a.name == b.name && a.datatype == b.datatype && a.labels == b.labels;
  };
  if (!std::equal(given.inputs.begin(), given.inputs.end(), own.inputs.begin(), own.inputs.end(), same_type))
    throw invalid(fmt::format("the signature names {} inputs, expected {} of {}", given.inputs.size(),
                              own.inputs.size(), protocol_name(own.inputs.at(0).datatype)));
  if (given.task != own.task ||
      !std::equal(given.outputs.begin(), given.outputs.end(), own.outputs.begin(), own.outputs.end(), same))
    throw invalid("the signature does not name the outputs that the model gives");
}

std::string_view protocol_name(DataType type) {
  return enum_name(type);
}

}  // namespace lepton::runtime
