#pragma once

#include <string>

#include "anomaly/detector.h"
#include "runtime/model.h"

namespace lepton::anomaly {

/// What a detector reads and writes. In: `period`, a date in the period that is judged (empty: the next one), and
/// `observed`, what it brought: a JSON array of the period's rows, objects with the columns that the detector learnt
/// from, or {"total": n, "counts": {series: n}}. Out: `alerts`, a JSON array of Alert; `total`; `thresholds`, a JSON
/// array of Threshold for this period and those after it.
[[nodiscard]] runtime::Signature detector_signature(std::string const& target);

/// Reads what a period brought, as above. Throws Error{invalid} with the place of what is wrong.
[[nodiscard]] Observation read_observation(RowColumns const& columns, std::string_view text);

/// A kind of model for runtime::load: a Detector behind the interface of predictors. It explains each alert by what
/// was expected and what came on top.
[[nodiscard]] runtime::ModelKind detector_kind();

}  // namespace lepton::anomaly
