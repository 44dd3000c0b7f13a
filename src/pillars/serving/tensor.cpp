#include "serving/tensor.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>
#include <limits>

#include "base/error.h"

namespace lepton::serving {
namespace {

constexpr std::array<std::string_view, 13> kDatatypes{"BOOL",  "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16",
                                                      "INT32", "INT64", "FP16",   "FP32",   "FP64",   "BYTES"};

/// More than this in one dimension is a mistake or an attack, not a request.
constexpr std::int64_t kMostElements = std::int64_t{1} << 28;

[[noreturn]] void refuse(std::string const& pointer, std::string const& expected) {
  throw invalid(pointer + " " + expected, {{pointer, expected}});
}

void append_text(std::string& out, std::string_view text) {
  out += json::write(json::Value(text));
}

void append_number(std::string& out, std::string_view datatype, double value) {
  if (!std::isfinite(value)) {
    out += "null";
  } else if (datatype == "BOOL") {
    out += value != 0 ? "true" : "false";
  } else if (datatype == "FP32") {
    fmt::format_to(std::back_inserter(out), "{}", static_cast<float>(value));
  } else {
    fmt::format_to(std::back_inserter(out), "{}", value);
  }
}

std::vector<std::int64_t> read_shape(json::Object const& object, std::string const& pointer) {
  std::string const at = json::pointer_to(pointer, "shape");
  auto const* shape = object.if_contains("shape");
  if (shape == nullptr || !shape->is_array()) refuse(at, "is required: an array of dimensions such as [1, 23]");
  std::vector<std::int64_t> out;
  std::int64_t elements = 1;
  for (auto const& dimension : shape->get_array()) {
    if (!dimension.is_int64() || dimension.get_int64() < 0 || dimension.get_int64() > kMostElements)
      refuse(at, "expected whole numbers from 0, found " + json::write(dimension));
    out.push_back(dimension.get_int64());
    elements *= std::max<std::int64_t>(1, out.back());
    if (elements > kMostElements) refuse(at, "names more than 268435456 elements");
  }
  return out;
}

std::string read_name(json::Object const& object, std::string_view key, std::string const& pointer) {
  auto const* value = object.if_contains(key);
  if (value == nullptr || !value->is_string() || value->get_string().empty())
    refuse(json::pointer_to(pointer, key), "is required: a string");
  return std::string(value->get_string());
}

/// What an element may be at least and at most. Out of range, it would be written as another number or as none.
struct Range {
  double least = 0;
  double most = 0;

  [[nodiscard]] bool holds(double number) const { return number >= least && number <= most; }
};

Range range_of(std::string_view datatype) {
  if (datatype == "FP16") return {-65504, 65504};
  if (datatype == "FP32") return {std::numeric_limits<float>::lowest(), std::numeric_limits<float>::max()};
  if (datatype == "FP64") return {std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max()};
  int const bits = datatype.ends_with("8") ? 8 : datatype.ends_with("16") ? 16 : datatype.ends_with("32") ? 32 : 64;
  if (datatype.starts_with("UINT")) return {0, std::ldexp(1.0, bits) - 1};
  return {-std::ldexp(1.0, bits - 1), std::ldexp(1.0, bits - 1) - 1};
}

double read_number(json::Value const& value, std::string_view datatype, Range range, std::string const& at) {
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (datatype == "BOOL") {
    if (!value.is_bool()) refuse(at, "expected true or false, found " + std::string(json::kind_name(value)));
    return value.get_bool() ? 1 : 0;
  }
  if (!value.is_number()) refuse(at, "expected a number, found " + std::string(json::kind_name(value)));
  double const number = value.to_number<double>();
  if (!range.holds(number)) refuse(at, fmt::format("expected a number from {} to {}", range.least, range.most));
  if (!datatype.starts_with("FP") && number != std::floor(number)) refuse(at, "expected a whole number");
  return number;
}

/// The protocol allows nested arrays in row-major order beside the flat form (V2 §Tensor Data).
void flatten(json::Value const& value, Range range, std::string const& at, Tensor& out) {
  if (value.is_array()) {
    auto const& array = value.get_array();
    for (std::size_t i = 0; i < array.size(); ++i) {
      // Plain numbers, which requests consist of, need no pointer.
      bool const plain = array[i].is_number() && out.datatype.starts_with("FP");
      double const number = plain ? array[i].to_number<double>() : 0;
      if (plain && range.holds(number))
        std::get<0>(out.data).push_back(number);
      else
        flatten(array[i], range, json::pointer_to(at, i), out);
    }
  } else if (out.datatype == "BYTES") {
    if (!value.is_string()) refuse(at, "expected a string, found " + std::string(json::kind_name(value)));
    std::get<1>(out.data).emplace_back(value.get_string());
  } else {
    std::get<0>(out.data).push_back(read_number(value, out.datatype, range, at));
  }
}

}  // namespace

bool is_datatype(std::string_view name) {
  return std::find(kDatatypes.begin(), kDatatypes.end(), name) != kDatatypes.end();
}

std::int64_t Tensor::elements() const {
  std::int64_t product = 1;
  for (std::int64_t const dimension : shape) product *= dimension;
  return product;
}

void append_json(std::string& out, Tensor const& tensor) {
  out += R"({"name":)";
  append_text(out, tensor.name);
  out += R"(,"datatype":")";
  out += tensor.datatype;
  out += R"(","shape":[)";
  fmt::format_to(std::back_inserter(out), R"({}],"data":[)", fmt::join(tensor.shape, ","));
  if (auto const* numbers = tensor.numbers()) {
    for (std::size_t i = 0; i < numbers->size(); ++i) {
      if (i != 0) out += ',';
      append_number(out, tensor.datatype, (*numbers)[i]);
    }
  } else {
    auto const& texts = *tensor.texts();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i != 0) out += ',';
      append_text(out, texts[i]);
    }
  }
  out += "]}";
}

std::string write_json(std::vector<Tensor> const& tensors) {
  std::string out = "[";
  for (auto const& tensor : tensors) {
    if (out.size() > 1) out += ',';
    append_json(out, tensor);
  }
  out += ']';
  return out;
}

Tensor read_tensor(json::Value const& value, std::string const& pointer) {
  if (!value.is_object()) refuse(pointer, "expected an object, found " + std::string(json::kind_name(value)));
  auto const& object = value.get_object();
  Tensor out;
  out.name = read_name(object, "name", pointer);
  out.datatype = read_name(object, "datatype", pointer);
  if (!is_datatype(out.datatype))
    refuse(json::pointer_to(pointer, "datatype"),
           "expected one of " + fmt::format("{}", fmt::join(kDatatypes, ", ")) + ", found \"" + out.datatype + "\"");
  out.shape = read_shape(object, pointer);
  if (out.datatype == "BYTES") out.data.emplace<1>();
  std::string const at = json::pointer_to(pointer, "data");
  auto const* data = object.if_contains("data");
  if (data == nullptr || !data->is_array()) refuse(at, "is required: an array");
  flatten(*data, range_of(out.datatype), at, out);
  std::size_t const found = out.numbers() ? out.numbers()->size() : out.texts()->size();
  if (static_cast<std::int64_t>(found) != out.elements())
    refuse(at, fmt::format("holds {} elements, but the shape [{}] asks for {}", found, fmt::join(out.shape, ", "),
                           out.elements()));
  return out;
}

}  // namespace lepton::serving
