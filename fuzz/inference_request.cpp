// The first line is the header Inference-Header-Content-Length (empty: none), the rest the body: JSON, perhaps with
// binary tensors behind it. What is read can be written, for the decision record, and read again.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "inference/request.h"

namespace lepton::inference {
namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

/// Numbers as the datatype keeps them: JSON has no infinities, and FP32 is written as the float that it is.
bool same(serving::Tensor const& written, serving::Tensor const& again) {
  if (written.name != again.name || written.datatype != again.datatype || written.shape != again.shape) return false;
  if (written.texts() != nullptr) return written.data == again.data;
  for (std::size_t i = 0; i < written.numbers()->size(); ++i) {
    double const number = written.numbers()->at(i);
    double const found = again.numbers()->at(i);
    if (written.datatype == "BOOL" ? (number != 0) != (found != 0)
                                   : std::isfinite(number) && static_cast<float>(number) != static_cast<float>(found))
      return false;
  }
  return written.numbers()->size() == again.numbers()->size();
}

void check_bytes(std::string_view bytes) {
  auto const line = bytes.substr(0, bytes.find('\n'));
  http::Request request;
  request.method = "POST";
  request.path = "/v2/models/m/infer";
  if (!line.empty()) request.headers.add("Inference-Header-Content-Length", std::string(line));
  request.body = bytes.substr(std::min(bytes.size(), line.size() + 1));
  ReadRequest read;
  try {
    read = read_request(request);
  } catch (Error const& error) {
    expect(error.code() == Code::invalid);
    return;
  }
  auto const& inputs = read.request.inputs;
  http::Request again;
  again.body = R"({"inputs":)" + serving::write_json(inputs) + "}";
  // Texts that came in binary may be no UTF-8, which JSON cannot carry.
  bool const json_only = line.empty();
  if (!json_only) return;
  auto const second = read_request(again).request.inputs;
  expect(std::equal(inputs.begin(), inputs.end(), second.begin(), second.end(), same));
}

}  // namespace
}  // namespace lepton::inference

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::inference::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
