#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/model.h"
#include "runtime/rows.h"
#include "runtime/signature.h"
#include "serving/tensor.h"

namespace lepton::serving {

/// Values that a lookup found, by column; one per row of the request: numbers, or texts, as the model reads them.
using FoundColumn = decltype(Tensor::data);
using FoundColumns = std::map<std::string, FoundColumn>;

/// Lays a request out as the model reads it. Either one tensor of shape [rows, inputs of the model] (or [inputs] for
/// one row), or one tensor of shape [rows] or [rows, 1] per input by name, BYTES for texts; what the request leaves out
/// is taken from `found`. `also_allowed` names tensors that are no inputs of the model (the keys of lookups). Throws
/// Error{invalid} with every problem: unknown, twice, missing, wrong type or shape, missing values where the model
/// takes none.
[[nodiscard]] runtime::Rows to_rows(runtime::Signature const& signature, std::vector<Tensor> const& inputs,
                                    FoundColumns const& found = {}, std::set<std::string> const& also_allowed = {});

/// One tensor per output of the model, of shape [rows] or [rows, labels]; `wanted` selects by name, empty is all.
/// Behind them `explanation`, BYTES, where the prediction has explanations.
[[nodiscard]] std::vector<Tensor> to_tensors(runtime::Signature const& signature, runtime::Prediction const& prediction,
                                             std::vector<std::string> const& wanted);
/// Throws Error{invalid} for an output that the model has not.
void check_outputs(runtime::Signature const& signature, std::vector<std::string> const& wanted);

}  // namespace lepton::serving
