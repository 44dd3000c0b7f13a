#include "retrieval/segment.h"

#include <algorithm>

#include "retrieval/terms.h"

namespace lepton::retrieval {

Segment::Segment(runtime::ModelFile const& file, std::string const& name, std::size_t fields, std::size_t dimensions)
    : name_(name),
      fields_(fields),
      keys_(file, name),
      texts_(file.section(name + "-texts")),
      text_ends_(file.array<std::uint64_t>(name + "-text-ends")),
      gone_(file.array<std::uint8_t>(name + "-gone")),
      lengths_(file.array<std::uint32_t>(name + "-lengths")),
      total_lengths_(fields, 0),
      terms_(file.array<TermEntry>(name + "-terms")),
      blocks_(file.array<PostingBlock>(name + "-blocks")),
      postings_(file.section(name + "-postings")),
      vectors_(file, name, keys_.size(), dimensions) {
  std::size_t const passages = keys_.size();
  require(gone_.size() == passages, "marks of what is gone");
  require(lengths_.size() == passages * fields, "lengths");
  require(text_ends_.size() == passages * fields && std::is_sorted(text_ends_.begin(), text_ends_.end()) &&
              (passages == 0 ? texts_.empty() : text_ends_.back() == texts_.size()),
          "texts");
  check_terms();
  for (std::size_t i = 0; i < lengths_.size(); ++i) total_lengths_[i % fields] += lengths_[i];
  alive_ = static_cast<std::uint32_t>(std::count(gone_.begin(), gone_.end(), std::uint8_t{0}));
}

void Segment::require(bool condition, std::string_view what) const {
  if (!condition)
    throw invalid(fmt::format("the index is damaged: the {} of segment {} do not fit together", what, name_));
}

void Segment::check_terms() const {
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    auto const& term = terms_[i];
    require(term.first_block == next && term.blocks > 0, "terms");
    require(term.kind < term_kinds && term.passages <= size(), "terms");
    require(i == 0 || terms_[i - 1].hash < term.hash, "terms");
    next += term.blocks;
    require(next <= blocks_.size(), "terms");
    for (auto const& block : blocks(term)) {
      require(block.count > 0 && block.count <= block_size && block.first <= block.last && block.last < size() &&
                  block.offset < postings_.size() && block.most >= 0 && block.most < 1e12F,
              "blocks");
      require(&block == &blocks_[term.first_block] || block.first > (&block - 1)->last, "blocks");
    }
  }
  require(next == blocks_.size(), "terms");
}

std::string_view Segment::text(std::uint32_t passage, std::size_t field) const {
  std::size_t const i = passage * fields_ + field;
  std::uint64_t const begin = i == 0 ? 0 : text_ends_[i - 1];
  return texts_.substr(begin, text_ends_[i] - begin);
}

Passage Segment::passage(std::uint32_t number) const {
  Passage out{std::string(key(number)), {}};
  for (std::size_t field = 0; field < fields_; ++field) out.texts.emplace_back(text(number, field));
  return out;
}

TermEntry const* Segment::find_term(std::uint64_t hash) const {
  auto const found = std::lower_bound(terms_.begin(), terms_.end(), hash,
                                      [](TermEntry const& term, std::uint64_t wanted) { return term.hash < wanted; });
  return found != terms_.end() && found->hash == hash ? &*found : nullptr;
}

std::vector<double> mean_lengths(std::span<std::uint64_t const> totals, std::uint64_t passages) {
  std::vector<double> means;
  for (auto const total : totals)
    means.push_back(
        std::max(1.0, static_cast<double>(total) / static_cast<double>(std::max<std::uint64_t>(passages, 1))));
  return means;
}

double pseudo_frequency(Posting const& posting, std::span<std::uint32_t const> lengths, std::span<double const> means,
                        IndexOptions const& options) {
  double sum = 0;
  for (std::size_t field = 0; field < lengths.size(); ++field) {
    if (posting.times[field] == 0) continue;
    double const norm = 1 - options.length + options.length * lengths[field] / means[field];
    sum += options.fields_of_passages[field].weight * posting.times[field] / std::max(norm, 1e-3);
  }
  return sum;
}

}  // namespace lepton::retrieval
