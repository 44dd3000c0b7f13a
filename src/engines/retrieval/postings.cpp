#include "retrieval/postings.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace lepton::retrieval {

TermLists::TermLists(runtime::ModelFile const& file, std::string const& name, std::size_t passages)
    : terms_(file.array<TermEntry>(name)),
      passages_(file.array<std::uint32_t>(name + "-in")),
      impacts_(file.array<Impact>(name + "-impacts")) {
  bool good = passages_.size() == impacts_.size() && (terms_.empty() ? 0 : terms_.back().end) == passages_.size() &&
              terms_.size() < 0xFFFFFFFFU;
  std::uint64_t begin = 0;
  for (std::size_t i = 0; good && i < terms_.size(); ++i) {
    auto const end = terms_[i].end;
    good = begin < end && end <= passages_.size() && (i == 0 || terms_[i - 1].hash < terms_[i].hash);
    for (auto at = begin; good && at < end; ++at)
      good = passages_[at] < passages && (at == begin || passages_[at - 1] < passages_[at]);
    begin = end;
  }
  if (!good) throw invalid(fmt::format("the index is damaged: the lists of {} do not fit together", name));
}

std::optional<std::uint32_t> TermLists::find(std::uint64_t hash) const {
  auto const found = std::lower_bound(terms_.begin(), terms_.end(), hash,
                                      [](TermEntry const& term, std::uint64_t wanted) { return term.hash < wanted; });
  if (found == terms_.end() || found->hash != hash) return std::nullopt;
  return static_cast<std::uint32_t>(found - terms_.begin());
}

TermLists::List TermLists::operator[](std::uint32_t term) const {
  auto const begin = term == 0 ? 0 : terms_[term - 1].end;
  auto const size = terms_[term].end - begin;
  return {passages_.subspan(begin, size), impacts_.subspan(begin, size)};
}

std::vector<double> mean_lengths(std::span<std::uint64_t const> totals, std::uint64_t passages) {
  std::vector<double> means;
  for (auto const total : totals)
    means.push_back(
        std::max(1.0, static_cast<double>(total) / static_cast<double>(std::max<std::uint64_t>(passages, 1))));
  return means;
}

FieldScales field_scales(std::span<std::uint32_t const> lengths, std::span<double const> means,
                         IndexOptions const& options) {
  FieldScales scales{};
  for (std::size_t field = 0; field < lengths.size(); ++field) {
    double const norm = 1 - options.length + options.length * lengths[field] / means[field];
    scales[field] = options.fields_of_passages[field].weight / std::max(norm, 1e-3);
  }
  return scales;
}

Impact TermListBuilder::impact(std::span<Occurrence const> of_one_passage) const {
  auto const scales = scales_(of_one_passage.front().passage);
  double frequency = 0;
  for (auto const& occurrence : of_one_passage) frequency += scales[occurrence.field];
  double const share = saturated(frequency, options_.saturation) / (options_.saturation + 1);
  return static_cast<Impact>(std::clamp(std::lround(share * 255), 1L, 255L));
}

void TermListBuilder::write(Call const& call, runtime::ModelFileWriter& writer, std::string const& name) {
  std::vector<TermEntry> terms;
  std::vector<std::uint32_t> passages;
  std::vector<Impact> impacts;
  for (auto& collected : occurrences_) {
    call.proceed();
    auto sorted = std::exchange(collected, {});
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size();) {
      auto const begin = i;
      while (i < sorted.size() && sorted[i].hash == sorted[begin].hash && sorted[i].passage == sorted[begin].passage)
        ++i;
      bool const fresh = begin == 0 || sorted[begin - 1].hash != sorted[begin].hash;
      if (fresh) terms.push_back({sorted[begin].hash, 0});
      passages.push_back(sorted[begin].passage);
      impacts.push_back(impact(std::span(sorted).subspan(begin, i - begin)));
      terms.back().end = passages.size();
    }
  }
  writer.add(name, terms);
  writer.add(name + "-in", passages);
  writer.add(name + "-impacts", impacts);
}

}  // namespace lepton::retrieval
