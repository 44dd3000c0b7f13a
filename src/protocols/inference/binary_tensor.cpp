#include "inference/binary_tensor.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "base/encoding.h"
#include "base/error.h"

namespace lepton::inference {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they lie in memory");

[[noreturn]] void refuse(std::string const& pointer, std::string const& sentence) {
  throw invalid(fmt::format("{} {}", pointer, sentence), {{pointer, sentence}});
}

// IEEE 754 binary16.
double from_half(std::uint16_t bits) {
  int const exponent = (bits >> 10) & 0x1f;
  int const fraction = bits & 0x3ff;
  double magnitude = 0;
  if (exponent == 0)
    magnitude = std::ldexp(fraction, -24);
  else if (exponent == 31)
    magnitude = fraction == 0 ? HUGE_VAL : std::nan("");
  else
    magnitude = std::ldexp(fraction + 1024, exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

template <class Element>
void read_elements(std::string_view bytes, std::vector<double>& out) {
  for (std::size_t i = 0; i + sizeof(Element) <= bytes.size(); i += sizeof(Element)) {
    Element element;
    std::memcpy(&element, bytes.data() + i, sizeof element);
    out.push_back(static_cast<double>(element));
  }
}

template <class Element>
void write_elements(std::string& out, std::vector<double> const& numbers) {
  for (double const number : numbers) {
    auto const element = static_cast<Element>(number);
    char raw[sizeof(Element)];
    std::memcpy(raw, &element, sizeof raw);
    out.append(raw, sizeof raw);
  }
}

/// Calls `action` with a zero of the datatype's element; false for those that are no plain numbers.
template <class Action>
bool with_element(std::string_view datatype, Action const& action) {
  if (datatype == "BOOL" || datatype == "UINT8") return action(std::uint8_t()), true;
  if (datatype == "UINT16") return action(std::uint16_t()), true;
  if (datatype == "UINT32") return action(std::uint32_t()), true;
  if (datatype == "UINT64") return action(std::uint64_t()), true;
  if (datatype == "INT8") return action(std::int8_t()), true;
  if (datatype == "INT16") return action(std::int16_t()), true;
  if (datatype == "INT32") return action(std::int32_t()), true;
  if (datatype == "INT64") return action(std::int64_t()), true;
  if (datatype == "FP32") return action(float()), true;
  if (datatype == "FP64") return action(double()), true;
  return false;
}

std::vector<std::string> read_texts(std::string_view bytes, std::string const& pointer) {
  std::vector<std::string> texts;
  while (!bytes.empty()) {
    std::uint32_t length = 0;
    if (bytes.size() < sizeof length) refuse(pointer, "ends in the middle of a length");
    std::memcpy(&length, bytes.data(), sizeof length);
    bytes.remove_prefix(sizeof length);
    if (length > bytes.size()) refuse(pointer, "ends in the middle of an element");
    if (!is_utf8(bytes.substr(0, length))) refuse(pointer, fmt::format("element {} is not UTF-8", texts.size()));
    texts.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return texts;
}

std::vector<std::int64_t> read_shape(json::Object const& tensor, std::string const& pointer) {
  std::vector<std::int64_t> shape;
  auto const at = json::pointer_to(pointer, "shape");
  auto const* dimensions = tensor.if_contains("shape");
  if (dimensions == nullptr || !dimensions->is_array()) refuse(at, "is required: an array");
  std::int64_t elements = 1;
  for (auto const& dimension : dimensions->get_array()) {
    boost::system::error_code error;
    auto const size = dimension.is_number() ? dimension.to_number<std::int64_t>(error) : -1;
    if (error || size < 0 || (size > 0 && elements > INT32_MAX / size)) refuse(at, "is no shape of a tensor");
    elements *= size;
    shape.push_back(size);
  }
  return shape;
}

}  // namespace

std::optional<std::size_t> binary_size(json::Value const& tensor, std::string const& pointer) {
  auto const* object = tensor.if_object();
  auto const* parameters = object == nullptr ? nullptr : object->if_contains("parameters");
  auto const* named = parameters == nullptr ? nullptr : parameters->if_object();
  auto const* size = named == nullptr ? nullptr : named->if_contains("binary_data_size");
  if (size == nullptr) return std::nullopt;
  if (!size->is_int64() || size->get_int64() < 0)
    refuse(pointer + "/parameters/binary_data_size", "is not a number of bytes");
  return static_cast<std::size_t>(size->get_int64());
}

serving::Tensor read_binary_tensor(json::Value const& tensor, std::string const& pointer, std::size_t size,
                                   std::string_view& bytes) {
  auto const& object = tensor.get_object();
  if (object.contains("data")) refuse(pointer, "has its data both in JSON and in binary");
  json::Object described = object;  // an empty one of its kind: name and datatype are checked as in JSON
  described["shape"] = json::Array{0};
  described["data"] = json::Array{};
  auto result = serving::read_tensor(described, pointer);
  result.shape = read_shape(object, pointer);
  if (size > bytes.size())
    refuse(pointer, fmt::format("has {} bytes of data, but only {} are left in the body", size, bytes.size()));
  auto const mine = bytes.substr(0, size);
  bytes.remove_prefix(size);

  std::size_t found = 0;
  if (result.datatype == "BYTES") {
    auto texts = read_texts(mine, pointer);
    found = texts.size();
    result.data = std::move(texts);
  } else {
    std::vector<double> numbers;
    std::size_t width = 2;
    if (!with_element(result.datatype, [&](auto zero) {
          width = sizeof zero;
          read_elements<decltype(zero)>(mine, numbers);
        })) {
      if (result.datatype != "FP16") refuse(pointer, result.datatype + " has no binary form here");
      std::vector<double> halves;
      read_elements<std::uint16_t>(mine, halves);
      for (double const half : halves) numbers.push_back(from_half(static_cast<std::uint16_t>(half)));
    }
    if (size % width != 0) refuse(pointer, fmt::format("has {} bytes, which are no whole elements", size));
    found = numbers.size();
    result.data = std::move(numbers);
  }
  if (static_cast<std::int64_t>(found) != result.elements())
    refuse(pointer, fmt::format("holds {} elements, but the shape [{}] asks for {}", found,
                                fmt::join(result.shape, ", "), result.elements()));
  return result;
}

void append_elements(std::string& out, serving::Tensor const& tensor) {
  if (auto const* texts = tensor.texts()) {
    for (auto const& text : *texts) {
      auto const length = static_cast<std::uint32_t>(text.size());
      char raw[sizeof length];
      std::memcpy(raw, &length, sizeof raw);
      out.append(raw, sizeof raw).append(text);
    }
    return;
  }
  bool const plain =
      with_element(tensor.datatype, [&](auto zero) { write_elements<decltype(zero)>(out, *tensor.numbers()); });
  if (!plain) throw internal(tensor.datatype + " has no binary form here");
}

}  // namespace lepton::inference
