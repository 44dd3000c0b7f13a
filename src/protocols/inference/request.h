#pragma once

#include "http/message.h"
#include "serving/inference.h"

namespace lepton::inference {

/// $inference_request of the protocol. Throws Error{invalid} that names the wrong part.
[[nodiscard]] serving::InferenceRequest read_request(http::Request const& request);

/// $inference_response of the protocol, with the header Lepton-Decision-Id.
[[nodiscard]] http::Response write_answer(serving::InferenceAnswer const& answer);

}  // namespace lepton::inference
