#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/tag_scheme.h"

namespace lepton::runtime {

/// Scores of label sequences: a row of `width` numbers a token, and what each pair of neighbours adds. Whole numbers,
/// so that sums do not depend on their order and the same text gives the same answer everywhere. Labels beyond
/// `labels` are padding and never win. Immutable; any thread.
class LinearChain {
 public:
  static constexpr std::int32_t forbidden = -(1 << 28);
  static constexpr std::size_t lanes = 8;
  [[nodiscard]] static std::size_t width_of(std::size_t labels) { return (labels + lanes - 1) / lanes * lanes; }

  LinearChain() = default;
  /// `transitions`: width × width (from, to), then width numbers for the first and width for the last token, none
  /// beyond ±forbidden. Throws Error{invalid} otherwise.
  LinearChain(std::size_t labels, std::span<std::int32_t const> transitions);

  [[nodiscard]] std::size_t labels() const { return labels_; }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] static std::size_t transitions_of(std::size_t labels) {
    auto const width = width_of(labels);
    return width * width + 2 * width;
  }

  /// The best legal sequence, of any length; appends one label a token.
  void decode(std::span<std::int32_t const> scores, std::vector<std::uint8_t>& labels) const;

  struct Sequence {
    std::vector<std::uint8_t> labels;
    std::int64_t score = 0;
  };
  /// The `count` best legal sequences, best first.
  [[nodiscard]] std::vector<Sequence> decode_best(std::span<std::int32_t const> scores, std::size_t count) const;

  /// Probabilities when `scale` turns scores into logarithms: of each label of each token, and of spans.
  class Marginals {
   public:
    Marginals(LinearChain const& chain, std::span<std::int32_t const> scores, float scale);
    [[nodiscard]] float of_label(std::size_t token, std::uint8_t label) const;
    /// That exactly these tokens, and all of them, carry the type.
    [[nodiscard]] float of_span(TagSpan const& span) const;
    /// Of a whole sequence, from its score.
    [[nodiscard]] float of_sequence(std::int64_t score) const;

   private:
    [[nodiscard]] double step(std::size_t token, std::uint8_t label, std::uint8_t next) const;
    std::size_t width_ = 0, tokens_ = 0;
    double scale_ = 1, log_total_ = 0;
    std::vector<double> factors_, emissions_, forward_, backward_;
  };

 private:
  std::size_t labels_ = 0, width_ = 0;
  std::vector<std::int32_t> into_;  // to × from would be slow: from × to, as given
  std::vector<std::int32_t> first_, last_;
};

}  // namespace lepton::runtime
