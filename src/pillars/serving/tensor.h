#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"

namespace lepton::serving {

/// A named array as the Open Inference Protocol has it (V2 §Inference Request): numbers of every datatype as doubles
/// (NaN is a missing value), BYTES as strings, row-major. A plain value.
struct Tensor {
  std::string name;
  std::string datatype;  ///< "FP32", "INT64", "BOOL", "BYTES", …
  std::vector<std::int64_t> shape;
  std::variant<std::vector<double>, std::vector<std::string>> data;

  /// Product of the shape.
  [[nodiscard]] std::int64_t elements() const;
  [[nodiscard]] std::vector<double> const* numbers() const { return std::get_if<std::vector<double>>(&data); }
  [[nodiscard]] std::vector<std::string> const* texts() const { return std::get_if<std::vector<std::string>>(&data); }
  friend bool operator==(Tensor const&, Tensor const&) = default;
};

/// Appends {"name":…,"datatype":…,"shape":[…],"data":[…]} as the protocol has it; a missing value is null.
void append_json(std::string& out, Tensor const& tensor);
/// The array of them.
[[nodiscard]] std::string write_json(std::vector<Tensor> const& tensors);

/// Reads one tensor; `pointer` says where it stands in the request. Throws Error{invalid} that names the wrong part:
/// unknown datatype, a shape that does not match the data, an element of another type.
[[nodiscard]] Tensor read_tensor(json::Value const& value, std::string const& pointer);

/// Whether it is one of the protocol's datatypes.
[[nodiscard]] bool is_datatype(std::string_view name);

}  // namespace lepton::serving
