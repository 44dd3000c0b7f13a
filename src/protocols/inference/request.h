#pragma once

#include <set>
#include <string>

#include "http/message.h"
#include "serving/inference.h"

namespace lepton::inference {

/// Which outputs the caller wants in binary (binary tensor data extension).
struct BinaryOutputs {
  bool all = false;
  std::set<std::string> on;
  std::set<std::string> off;

  [[nodiscard]] bool wanted(std::string const& name) const { return on.contains(name) || (all && !off.contains(name)); }
  [[nodiscard]] bool any() const { return all || !on.empty(); }
};

struct ReadRequest {
  serving::InferenceRequest request;
  BinaryOutputs binary;
};

/// $inference_request of the protocol, in JSON or with binary tensors behind it. Throws Error{invalid} that names the
/// wrong part.
[[nodiscard]] ReadRequest read_request(http::Request const& request);

/// $inference_response of the protocol, with the header Lepton-Decision-Id.
[[nodiscard]] http::Response write_answer(serving::InferenceAnswer const& answer, BinaryOutputs const& binary = {});

}  // namespace lepton::inference
