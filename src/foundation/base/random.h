#pragma once

#include <cstddef>
#include <string>

namespace lepton {

/// Bytes of the kernel's generator, fit for keys and tokens. Any thread may call.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace lepton
