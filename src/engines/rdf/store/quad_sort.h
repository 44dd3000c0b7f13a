#pragma once

#include <vector>

#include "rdf/store/memory_run.h"

namespace lepton::rdf {

/// Sorts by one part and leaves the sequence of rows that agree in it as it was, byte by byte and only by bytes that
/// differ: ids of one kind are close together. `scratch` is memory that calls may share.
void sort_by(std::vector<QuadChange>& rows, Part part, std::vector<QuadChange>& scratch);

/// Ascending in Order::spo.
void sort_quads(std::vector<QuadChange>& rows, std::vector<QuadChange>& scratch);

}  // namespace lepton::rdf
