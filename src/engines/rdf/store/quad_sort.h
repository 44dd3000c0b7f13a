#pragma once

#include <functional>
#include <vector>

#include "rdf/store/memory_run.h"

namespace lepton::rdf {

/// Sorts by one part and leaves the sequence of rows that agree in it as it was, byte by byte and only by bytes that
/// differ: ids of one kind are close together. `scratch` is memory that calls may share.
void sort_by(std::vector<QuadChange>& rows, Part part, std::vector<QuadChange>& scratch);

/// Ascending in Order::spo; rows of one quad keep their sequence.
void sort_quads(std::vector<QuadChange>& rows, std::vector<QuadChange>& scratch);

/// Sorts into one order after another and tells of each. What agrees in the part that is sorted by keeps its sequence,
/// so that each order is one step from another.
void in_each_order(std::vector<QuadChange>& rows, std::vector<QuadChange>& scratch,
                   std::function<void(Order)> const& sorted);

}  // namespace lepton::rdf
