#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "serving/tensor.h"

namespace lepton::inference {

/// `parameters.binary_data_size` of a tensor of the binary tensor data extension; absent for one in JSON.
[[nodiscard]] std::optional<std::size_t> binary_size(json::Value const& tensor, std::string const& pointer);

/// Takes the tensor's elements from the front of `bytes`: little-endian, row-major; BYTES as a 4-byte length and the
/// text each. Throws Error{invalid} that names the tensor when they are not what its shape asks for.
[[nodiscard]] serving::Tensor read_binary_tensor(json::Value const& tensor, std::string const& pointer,
                                                 std::size_t size, std::string_view& bytes);

/// The elements as read_binary_tensor() takes them.
void append_elements(std::string& out, serving::Tensor const& tensor);

}  // namespace lepton::inference
