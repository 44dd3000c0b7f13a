#include "learn/class_numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/error.h"

namespace lepton::learn {
namespace {

template <typename Number>
bool reads_as(std::string_view text, Number& number) {
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size();
}

std::int64_t whole(std::string_view text) {
  std::int64_t number = 0;
  (void)reads_as(text, number);
  return number;
}

}  // namespace

float ClassNumbers::add(std::string_view name, std::size_t line, std::string const& column) {
  if (auto const known = numbers_.find(name); known != numbers_.end()) return static_cast<float>(known->second);
  auto const refuse = [&](std::string_view problem) {
    throw invalid(fmt::format("line {}, column '{}': {}", line, column, problem));
  };
  if (name.empty()) refuse("the target is missing; leave out rows whose outcome is unknown");
  if (!is_utf8(name)) refuse("the class is not UTF-8");
  std::int64_t integer = 0;
  double number = 0;
  bool const is_whole = reads_as(name, integer);
  if (!is_whole && reads_as(name, number))
    refuse(fmt::format("expected a class (a whole number or a text), found {}", name));
  if (numbers_.size() == most)
    refuse(fmt::format("more than {} different values so far; at most so many classes are told apart", most));
  all_whole_ = all_whole_ && is_whole;
  return static_cast<float>(numbers_.emplace(name, static_cast<std::uint32_t>(numbers_.size())).first->second);
}

std::vector<std::string> ClassNumbers::order(std::vector<float>& targets, std::string const& column) const {
  std::vector<std::string> names;
  for (auto const& [name, number] : numbers_) names.push_back(name);
  if (names.size() == 1)
    throw invalid(fmt::format("column '{}' is {} in all {} rows: there is nothing to tell apart", column, names[0],
                              targets.size()));
  if (all_whole_) std::stable_sort(names.begin(), names.end(), [](auto& a, auto& b) { return whole(a) < whole(b); });
  std::vector<float> place(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) place[numbers_.find(names[i])->second] = static_cast<float>(i);
  for (auto& target : targets) target = place[static_cast<std::size_t>(target)];
  return names;
}

}  // namespace lepton::learn
