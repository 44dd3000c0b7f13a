#include "embed/name_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace lepton::embed {

void write_names(runtime::ModelFileWriter& writer, std::string const& what, std::span<std::string const> names) {
  std::string bytes;
  std::vector<std::uint64_t> ends;
  for (auto const& name : names) {
    bytes += name;
    ends.push_back(bytes.size());
  }
  std::vector<std::uint32_t> order(names.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return names[a] < names[b]; });
  writer.add(what + "-names", std::move(bytes));
  writer.add(what + "-ends", ends);
  writer.add(what + "-order", order);
}

NameSection::NameSection(runtime::ModelFile const& file, std::string const& what)
    : bytes_(file.section(what + "-names")),
      ends_(file.array<std::uint64_t>(what + "-ends")),
      order_(file.array<std::uint32_t>(what + "-order")) {
  bool good = order_.size() == ends_.size() && std::is_sorted(ends_.begin(), ends_.end()) &&
              (ends_.empty() ? bytes_.empty() : ends_.back() == bytes_.size());
  for (auto const number : order_) good = good && number < ends_.size();
  if (!good) throw invalid(fmt::format("the model file is damaged: its {} names do not fit together", what));
}

std::optional<std::uint32_t> NameSection::find(std::string_view name) const {
  auto const found = std::lower_bound(order_.begin(), order_.end(), name,
                                      [&](std::uint32_t i, std::string_view wanted) { return (*this)[i] < wanted; });
  if (found == order_.end() || (*this)[*found] != name) return std::nullopt;
  return *found;
}

}  // namespace lepton::embed
