#include "text/gazetteer.h"

#include "base/error.h"
#include "text/hash.h"
#include "text/lines.h"
#include "text/normal.h"

namespace lepton::text {
namespace {

std::uint64_t edge_hash(std::uint32_t node, std::uint64_t token) {
  return combine(token, node);
}

}  // namespace

std::uint64_t Gazetteer::token_hash(std::string_view lower_case_token) {
  return hash64(lower_case_token, 71);
}

std::uint32_t Gazetteer::step(std::uint32_t node, std::uint64_t hash) const {
  auto const* const child = edges_.find(edge_hash(node, hash));
  return child == nullptr || *child >= types_of_.size() ? 0 : *child;
}

void Gazetteer::match(std::span<std::uint64_t const> hashes, std::vector<GazetteerMatch>& matches) const {
  if (empty()) return;
  for (auto const hash : hashes) edges_.prefetch(edge_hash(0, hash));
  for (std::uint32_t begin = 0; begin < hashes.size(); ++begin) {
    GazetteerMatch longest;
    std::uint32_t node = 0;
    std::size_t const last = std::min<std::size_t>(hashes.size(), begin + longest_name);
    for (std::uint32_t at = begin; at < last; ++at) {
      node = step(node, hashes[at]);
      if (node == 0) break;
      if (types_of_[node] != 0) longest = {begin, at + 1, types_of_[node]};
    }
    if (longest.types != 0) matches.push_back(longest);
  }
}

std::uint64_t Gazetteer::types_of_word(std::uint64_t hash) const {
  return empty() ? 0 : types_of_[step(0, hash)];
}

void GazetteerBuilder::add(std::string_view type, std::string_view name) {
  auto found = std::find(types_.begin(), types_.end(), type);
  if (found == types_.end()) {
    if (types_.size() == Gazetteer::most_types)
      throw invalid(fmt::format("a gazetteer holds at most {} lists; '{}' is one more", Gazetteer::most_types, type));
    types_.emplace_back(type);
    found = std::prev(types_.end());
  }
  auto const bit = std::uint64_t{1} << (found - types_.begin());
  std::string const low = lower(name);
  std::vector<std::uint64_t> tokens;
  for (std::size_t at = 0; at < low.size();) {
    auto const end = std::min(low.find(' ', at), low.size());
    if (end > at) tokens.push_back(Gazetteer::token_hash(std::string_view(low).substr(at, end - at)));
    at = end + 1;
  }
  if (tokens.empty() || tokens.size() > Gazetteer::longest_name) return;
  std::uint32_t node = 0;
  for (auto const token : tokens) {
    auto const hash = edge_hash(node, token);
    auto const [child, is_new] = children_.try_emplace(hash, static_cast<std::uint32_t>(types_of_.size()));
    if (is_new) {
      types_of_.push_back(0);
      pending_.emplace_back(hash, child->second);
    }
    node = child->second;
  }
  if (types_of_[node] == 0) ++names_;
  types_of_[node] |= bit;
}

void GazetteerBuilder::add_lines(std::string_view lines) {
  for_each_line(lines, [&](std::string_view line, std::size_t number) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return;
    auto const tab = line.find('\t');
    if (tab == std::string_view::npos || tab == 0)
      throw invalid(fmt::format("line {} of the gazetteer is not 'type<TAB>name'", number));
    add(line.substr(0, tab), line.substr(tab + 1));
  });
}

void GazetteerBuilder::build() {
  edges_ = Gazetteer::Edges::build(pending_);
}

}  // namespace lepton::text
