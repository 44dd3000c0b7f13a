#include "retrieval/near_duplicates.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>

#include "base/error.h"
#include "retrieval/terms.h"
#include "text/hash.h"

namespace lepton::retrieval {
namespace {

using Shingles = std::vector<std::uint64_t>;  // sorted, distinct

/// Runs of `size` words; a shorter text is one shingle.
Shingles shingles_of(std::string_view text, std::size_t size) {
  auto const words = words_of(text);
  Shingles out;
  if (words.empty()) return out;
  auto const length = std::min(size, words.size());
  for (std::size_t i = 0; i + length <= words.size(); ++i) {
    std::uint64_t hash = words[i];
    for (std::size_t k = 1; k < length; ++k) hash = text::combine(hash, words[i + k]);
    out.push_back(hash);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

double jaccard(Shingles const& a, Shingles const& b) {
  if (a.empty() || b.empty()) return 0;
  std::size_t common = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    common += a[i] == b[j] ? 1 : 0;
    auto const least = std::min(a[i], b[j]);
    i += a[i] == least ? 1 : 0;
    j += b[j] == least ? 1 : 0;
  }
  return static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common);
}

/// Bands of `rows` minima each: two texts of likeness s agree in a band with chance s^rows.
struct Bands {
  std::size_t bands, rows;
};

/// The longest rows for which so few bands suffice that the chance of missing is met.
Bands bands_for(DuplicateOptions const& options) {
  constexpr double most_bands = 64;
  Bands out{1, 1};
  for (std::size_t rows = 1; rows <= 16; ++rows) {
    double const agree = std::pow(options.least_likeness, static_cast<double>(rows));
    double const bands = agree < 1 ? std::ceil(std::log(options.missed) / std::log1p(-agree)) : 1;
    if (bands > most_bands && rows > 1) break;
    out = {static_cast<std::size_t>(std::max(1.0, bands)), rows};
  }
  return out;
}

/// The minimum of a random order of the shingles, an order for each number.
std::uint64_t minimum(Shingles const& shingles, std::uint64_t order) {
  std::uint64_t least = ~std::uint64_t{0};
  for (auto const shingle : shingles) least = std::min(least, text::combine(order, shingle));
  return least;
}

void require_range(DuplicateOptions const& options) {
  Details problems;
  if (!(options.least_likeness > 0 && options.least_likeness <= 1))
    problems.emplace("/least_likeness", "expected more than 0, at most 1");
  if (options.shingle == 0 || options.shingle > 100) problems.emplace("/shingle", "expected 1 to 100 words");
  if (!(options.missed > 0 && options.missed < 1)) problems.emplace("/missed", "expected between 0 and 1");
  if (!problems.empty()) throw invalid("the options for near-duplicates are out of range", std::move(problems));
}

/// Texts of equal shingles are one form; forms are compared.
struct Forms {
  std::vector<Shingles> shingles;
  std::vector<std::vector<std::uint32_t>> texts;
};

Forms forms_of(Call const& call, std::span<std::string_view const> texts, std::size_t shingle) {
  Forms out;
  std::map<Shingles, std::size_t> known;
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    call.proceed();
    auto shingles = shingles_of(texts[i], shingle);
    if (shingles.empty()) continue;
    auto const [at, fresh] = known.try_emplace(std::move(shingles), out.texts.size());
    if (fresh) {
      out.shingles.push_back(at->first);
      out.texts.emplace_back();
    }
    out.texts[at->second].push_back(i);
  }
  return out;
}

using FormPair = std::pair<std::uint32_t, std::uint32_t>;

/// Pairs of forms that agree in a band, sorted.
std::vector<FormPair> candidates_of(Call const& call, std::vector<Shingles> const& forms,
                                    DuplicateOptions const& options) {
  auto const [bands, rows] = bands_for(options);
  std::vector<FormPair> out;
  for (std::size_t band = 0; band < bands; ++band) {
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> buckets;
    for (std::uint32_t form = 0; form < forms.size(); ++form) {
      if (form % 256 == 0) call.proceed();
      std::uint64_t key = band;
      for (std::size_t row = 0; row < rows; ++row)
        key = text::combine(key, minimum(forms[form], text::combine(options.seed, band * rows + row + 1)));
      auto& bucket = buckets[key];
      for (auto const other : bucket) out.emplace_back(other, form);
      bucket.push_back(form);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
  return out;
}

/// What pairs connect (union-find), in the order of the first of each.
std::vector<std::vector<std::uint32_t>> clusters_of(std::vector<DuplicatePair> const& pairs, std::size_t texts) {
  std::vector<std::uint32_t> leader(texts);
  std::iota(leader.begin(), leader.end(), 0U);
  auto const find = [&](std::uint32_t text) {
    while (leader[text] != text) text = leader[text] = leader[leader[text]];
    return text;
  };
  for (auto const& pair : pairs) {
    auto const a = find(pair.first), b = find(pair.second);
    leader[std::max(a, b)] = std::min(a, b);
  }
  std::map<std::uint32_t, std::vector<std::uint32_t>> members;
  for (std::uint32_t text = 0; text < texts; ++text) members[find(text)].push_back(text);
  std::vector<std::vector<std::uint32_t>> out;
  for (auto& [first, cluster] : members)
    if (cluster.size() > 1) out.push_back(std::move(cluster));
  return out;
}

}  // namespace

Duplicates find_duplicates(Call const& call, std::span<std::string_view const> texts, DuplicateOptions const& options) {
  require_range(options);
  auto const forms = forms_of(call, texts, options.shingle);
  Duplicates out;
  for (auto const& equal : forms.texts)
    for (std::size_t i = 1; i < equal.size(); ++i) out.pairs.push_back({equal[0], equal[i], 1});
  for (auto const& [a, b] : candidates_of(call, forms.shingles, options)) {
    ++out.compared;
    double const alike = jaccard(forms.shingles[a], forms.shingles[b]);
    if (alike >= options.least_likeness) out.pairs.push_back({forms.texts[a][0], forms.texts[b][0], alike});
  }
  std::sort(out.pairs.begin(), out.pairs.end(),
            [](auto const& a, auto const& b) { return std::tie(a.first, a.second) < std::tie(b.first, b.second); });
  out.clusters = clusters_of(out.pairs, texts.size());
  return out;
}

double likeness(std::string_view a, std::string_view b, std::size_t shingle) {
  return jaccard(shingles_of(a, shingle), shingles_of(b, shingle));
}

}  // namespace lepton::retrieval
