#include "rdf/store/literal_index.h"

#include <algorithm>

#include "base/error.h"
#include "rdf/store/text_index.h"

namespace lepton::rdf {

bool TextCandidates::excludes(TermId id) const {
  return id.kind() == IdKind::literal && id.payload() < indexed && !std::ranges::binary_search(ids, id);
}

TextIndexes LiteralIndex::indexes() const {
  return *indexes_.read();
}

void LiteralIndex::set(TextIndexes indexes) {
  *indexes_.lock() = std::move(indexes);
}

void LiteralIndex::want() {
  if (wanted_ && !asked_.exchange(true)) wanted_();
}

/// What a file lacks can be made again from the literals: from a damaged one on there is no index.
std::optional<std::vector<std::uint64_t>> LiteralIndex::find_in(Call const& call,
                                                                std::shared_ptr<TextIndex const> const& index,
                                                                TextQuery const& query) {
  try {
    return index->find(call, query);
  } catch (Error const& error) {
    if (error.code() != Code::unavailable) throw;
    auto indexes = indexes_.lock();
    auto const damaged = std::ranges::find(*indexes, index);
    indexes->erase(damaged, indexes->end());
    return {};
  }
}

std::optional<TextCandidates> LiteralIndex::find(Call const& call, TextQuery const& query, Extent const& extent) {
  if (query.patterns.empty()) return {};
  auto const indexes = this->indexes();
  TextCandidates out;
  out.literals = extent.literals;
  if (!indexes.empty()) out.indexed = indexes.back()->first() + indexes.back()->count();
  if (query.texts >= least && extent.in_segments >= out.indexed + least) want();
  for (auto const& index : indexes) {
    auto const numbers = find_in(call, index, query);
    if (numbers) {
      for (std::uint64_t const number : *numbers) out.ids.push_back(TermId::of(IdKind::literal, number));
    } else if (index->count() > out.indexed / 2) {
      return {};
    } else {
      for (std::uint64_t i = 0; i < index->count(); ++i)
        out.ids.push_back(TermId::of(IdKind::literal, index->first() + i));
    }
  }
  bool const tells = out.indexed > 0 && out.ids.size() <= out.indexed / 2;
  return tells ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace lepton::rdf
