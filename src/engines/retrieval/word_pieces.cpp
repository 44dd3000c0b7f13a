#include "retrieval/word_pieces.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace lepton::retrieval {
namespace {

std::vector<std::uint32_t> order_of(std::vector<std::uint64_t> const& hashes) {
  std::vector<std::uint32_t> order(hashes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return hashes[a] < hashes[b]; });
  return order;
}

std::vector<std::uint32_t> ranks_of(std::vector<std::uint32_t> const& order) {
  std::vector<std::uint32_t> ranks(order.size());
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

}  // namespace

WordPieces::WordPieces(runtime::ModelFile const& file, std::string const& name, std::size_t words, std::size_t passages)
    : pieces_(file.array<PieceEntry>(name)),
      words_(file.array<std::uint32_t>(name + "-words")),
      of_words_(file.array<std::uint32_t>(name + "-of")),
      ends_(file.array<std::uint32_t>(name + "-ends")) {
  bool good = ends_.size() == words && words_.size() == of_words_.size() &&
              std::is_sorted(ends_.begin(), ends_.end()) && (words == 0 ? 0 : ends_.back()) == of_words_.size() &&
              (pieces_.empty() ? 0 : pieces_.back().end) == words_.size();
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    good = good && pieces_[i].passages <= passages && pieces_[i].end <= words_.size();
    good = good && (i == 0 || (pieces_[i - 1].hash < pieces_[i].hash && pieces_[i - 1].end <= pieces_[i].end));
  }
  for (auto const word : words_) good = good && word < words;
  for (auto const piece : of_words_) good = good && piece < pieces_.size();
  if (!good) throw invalid(fmt::format("the index is damaged: the {} of its words do not fit together", name));
}

std::optional<std::uint32_t> WordPieces::find(std::uint64_t hash) const {
  auto const found =
      std::lower_bound(pieces_.begin(), pieces_.end(), hash,
                       [](PieceEntry const& piece, std::uint64_t wanted) { return piece.hash < wanted; });
  if (found == pieces_.end() || found->hash != hash) return std::nullopt;
  return static_cast<std::uint32_t>(found - pieces_.begin());
}

std::uint32_t WordTable::add(CutText const& text, CutText::Word const& word) {
  auto const [at, fresh] = words_.try_emplace(word.hash, static_cast<std::uint32_t>(hashes_.size()));
  if (!fresh) return at->second;
  hashes_.push_back(word.hash);
  if (word.has_pieces)
    for (auto const piece : pieces_of(text.view(word))) {
      auto const number = static_cast<std::uint32_t>(piece_hashes_.size());
      auto const [known, first] = piece_numbers_.try_emplace(piece, number);
      if (first) piece_hashes_.push_back(piece);
      pieces_.push_back(known->second);
    }
  if (pieces_.size() > 0xFFFFFFFFU) throw exhausted("an index holds at most 4 billion pieces of distinct words");
  ends_.push_back(static_cast<std::uint32_t>(pieces_.size()));
  return at->second;
}

std::vector<std::uint32_t> WordTable::ranks() const {
  return ranks_of(order_of(hashes_));
}

void WordTable::write(runtime::ModelFileWriter& writer, std::string const& name,
                      std::function<void(Take const& take)> const& passages) const {
  auto const words = order_of(hashes_), order = order_of(piece_hashes_), ranks = ranks_of(order);
  std::vector<PieceEntry> entries(order.size());
  std::vector<std::uint32_t> of_words, ends;
  for (auto const word : words) {
    for (auto const piece : pieces(word)) {
      of_words.push_back(ranks[piece]);
      ++entries[ranks[piece]].end;
    }
    ends.push_back(static_cast<std::uint32_t>(of_words.size()));
  }
  std::uint32_t end = 0;
  for (std::uint32_t rank = 0; rank < entries.size(); ++rank) {
    entries[rank].hash = piece_hashes_[order[rank]];
    end += std::exchange(entries[rank].end, end);  // for now where its words begin
  }
  std::vector<std::uint32_t> with(of_words.size());
  for (std::uint32_t word = 0; word < words.size(); ++word)
    for (auto const piece : pieces(words[word])) with[entries[ranks[piece]].end++] = word;

  std::vector<std::uint32_t> last(order.size(), 0);  // passage that had it, from 1
  std::uint32_t passage = 0;
  passages([&](std::span<std::uint32_t const> of_passage) {
    ++passage;
    for (auto const word : of_passage)
      for (auto const piece : pieces(word))
        if (std::exchange(last[piece], passage) != passage) ++entries[ranks[piece]].passages;
  });
  writer.add(name, entries);
  writer.add(name + "-words", with);
  writer.add(name + "-of", of_words);
  writer.add(name + "-ends", ends);
}

}  // namespace lepton::retrieval
