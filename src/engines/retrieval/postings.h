#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/call.h"
#include "retrieval/index_options.h"
#include "runtime/model_file.h"

namespace lepton::retrieval {

/// A term, and where its list ends among the lists of all; sorted by hash.
struct TermEntry {
  std::uint64_t hash = 0, end = 0;
};

/// How much of a term's points a passage has, in steps of 1/255 of the most that there can be, at the mean lengths of
/// the segment; never 0. Good for finding, not for the score.
using Impact = std::uint8_t;

/// Lists of the passages that have a term, in the sections `name`, "<name>-in" and "<name>-impacts" of a file that
/// outlives it. Any thread may read.
class TermLists {
 public:
  /// Passages rise.
  struct List {
    std::span<std::uint32_t const> passages;
    std::span<Impact const> impacts;
  };

  /// Throws Error{invalid} when the sections do not fit together, or to so many passages.
  TermLists(runtime::ModelFile const& file, std::string const& name, std::size_t passages);

  [[nodiscard]] std::size_t size() const { return terms_.size(); }
  /// The number of the term: its rank by hash.
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t hash) const;
  [[nodiscard]] List operator[](std::uint32_t term) const;

 private:
  std::span<TermEntry const> terms_;
  std::span<std::uint32_t const> passages_;
  std::span<Impact const> impacts_;
};

/// What makes occurrences comparable: an occurrence in field f of a passage of these lengths counts scales[f].
using FieldScales = std::array<double, most_fields>;

/// Mean lengths of fields, at least one word, in the order of fields.
[[nodiscard]] std::vector<double> mean_lengths(std::span<std::uint64_t const> totals, std::uint64_t passages);

/// BM25F: weight / (1 − b + b · length / mean length) by field.
[[nodiscard]] FieldScales field_scales(std::span<std::uint32_t const> lengths, std::span<double const> means,
                                       IndexOptions const& options);

/// BM25's saturation, 0 to k₁ + 1, of a pseudo-frequency: Σ scale · times over fields.
[[nodiscard]] inline double saturated(double frequency, double saturation) {
  return frequency > 0 ? frequency * (saturation + 1) / (frequency + saturation) : 0;
}

/// Collects where terms stand, then writes lists. One thread.
class TermListBuilder {
 public:
  /// Scales of a passage's fields are asked for by its number. Options and scales outlive it.
  using Scales = std::function<FieldScales(std::uint32_t passage)>;
  TermListBuilder(IndexOptions const& options, Scales scales) : options_(options), scales_(std::move(scales)) {}

  void add(std::uint64_t hash, std::uint32_t passage, std::size_t field) {
    occurrences_[hash >> 58].push_back({hash, passage, static_cast<std::uint32_t>(field)});
  }
  /// Forgets what it has collected. Heeds the call.
  void write(Call const& call, runtime::ModelFileWriter& writer, std::string const& name);

 private:
  struct Occurrence {
    std::uint64_t hash;
    std::uint32_t passage, field;

    friend auto operator<=>(Occurrence const&, Occurrence const&) = default;
  };
  [[nodiscard]] Impact impact(std::span<Occurrence const> of_one_passage) const;

  IndexOptions const& options_;
  Scales scales_;
  std::array<std::vector<Occurrence>, 64> occurrences_;  // by the first bits of the hash: in order, once each is sorted
};

}  // namespace lepton::retrieval
