#include "runtime/tag_scheme.h"

#include <fmt/format.h>

#include <set>

#include "base/check.h"
#include "base/error.h"

namespace lepton::runtime {
namespace {

/// "B-PER" → 'B', "PER"; nothing for "O" and empty labels. Throws Error{invalid} for what is neither.
struct Spelled {
  char position = 'O';
  std::string_view type;
};

Spelled spelled(std::string_view label) {
  if (label.empty() || label == "O") return {};
  bool const known = std::string_view("BIMELSU").find(label[0]) != std::string_view::npos;
  if (label.size() < 3 || (label[1] != '-' && label[1] != '_') || !known)
    throw invalid(fmt::format("'{}' is no label: expected O, or a position (B I M E L S U), '-' and a type", label));
  return {label[0], label.substr(2)};
}

}  // namespace

TagScheme::TagScheme(std::vector<std::string> types) : types_(std::move(types)) {
  if (types_.empty()) throw invalid("there is nothing to tag: every label is O");
  if (types_.size() > most_types)
    throw invalid(fmt::format("there are {} types of spans, at most {} can be told apart", types_.size(), most_types));
  if (std::set<std::string>(types_.begin(), types_.end()).size() != types_.size())
    throw invalid("a type of spans stands twice");
}

bool TagScheme::may_follow(std::uint8_t label, std::uint8_t next) {
  bool const open = label != outside && (position_of(label) == begin || position_of(label) == inside);
  bool const continues = next != outside && (position_of(next) == inside || position_of(next) == last);
  if (!open) return !continues;
  return continues && type_of(label) == type_of(next);
}

bool TagScheme::may_begin(std::uint8_t label) {
  return may_follow(outside, label);
}

bool TagScheme::may_end(std::uint8_t label) {
  return may_follow(label, outside);
}

std::vector<std::uint8_t> TagScheme::encode(std::size_t tokens, std::vector<TagSpan> const& spans) const {
  std::vector<std::uint8_t> labels(tokens, outside);
  for (auto const& span : spans) {
    check(span.end <= tokens && span.begin < span.end && span.type < types_.size(), "spans lie inside their sentence");
    for (auto i = span.begin; i < span.end; ++i) labels[i] = label(inside, span.type);
    labels[span.end - 1] = label(last, span.type);
    labels[span.begin] = label(span.end - span.begin == 1 ? unit : begin, span.type);
  }
  return labels;
}

std::vector<TagSpan> TagScheme::decode(std::vector<std::uint8_t> const& labels) {
  std::vector<TagSpan> spans;
  bool open = false;
  for (std::uint32_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == outside) {
      open = false;
      continue;
    }
    auto const type = type_of(labels[i]);
    auto const position = position_of(labels[i]);
    bool const continues = open && (position == inside || position == last) && spans.back().type == type;
    if (continues) {
      spans.back().end = i + 1;
    } else {
      spans.push_back({i, i + 1, type});
    }
    open = position == begin || position == inside;
  }
  return spans;
}

std::vector<TagSpan> TagScheme::read(std::vector<std::string> const& labels) const {
  std::vector<TagSpan> spans;
  bool open = false;
  for (std::uint32_t i = 0; i < labels.size(); ++i) {
    auto const [position, name] = spelled(labels[i]);
    if (position == 'O') {
      open = false;
      continue;
    }
    auto const found = std::find(types_.begin(), types_.end(), name);
    if (found == types_.end()) throw invalid(fmt::format("the label '{}' was not seen in training", labels[i]));
    auto const type = static_cast<std::uint32_t>(found - types_.begin());
    bool const starts = position == 'B' || position == 'S' || position == 'U';
    if (!starts && open && spans.back().type == type) {
      spans.back().end = i + 1;
    } else {
      spans.push_back({i, i + 1, type});
    }
    open = position != 'S' && position != 'U' && position != 'L' && position != 'E';
  }
  return spans;
}

std::vector<std::string> TagScheme::write_bio(std::size_t tokens, std::vector<TagSpan> const& spans) const {
  std::vector<std::string> labels(tokens, "O");
  for (auto const& span : spans)
    for (auto i = span.begin; i < span.end; ++i)
      labels.at(i) = fmt::format("{}-{}", i == span.begin ? 'B' : 'I', types_.at(span.type));
  return labels;
}

std::vector<std::string> TagScheme::types_in(std::vector<std::string> const& labels) {
  std::set<std::string> types;
  for (auto const& label : labels)
    if (auto const one = spelled(label); one.position != 'O') types.emplace(one.type);
  return {types.begin(), types.end()};
}

}  // namespace lepton::runtime
