#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lepton::runtime {

/// Which numbers a hidden layer sees of a token: vector and spelling of the words from two before to two after, the
/// lists that names here are on, and the mean vector of the document.
struct ContextShape {
  static constexpr std::size_t places = 5;
  static constexpr std::size_t spelling = 11;  ///< bits of text::Spelling
  static constexpr std::size_t lists = 64;
  static constexpr std::size_t most_units = 512, most_vector = 1024;

  std::size_t vector = 0;  ///< numbers of a word's vector; 0: there is no layer
  std::size_t units = 0;   ///< of the layer, a multiple of 16, at most most_units
  std::size_t width = 0;   ///< scores of a token

  /// A word's vector, whether it has none, and its spelling.
  [[nodiscard]] std::size_t word() const { return vector + 1 + spelling; }
  [[nodiscard]] std::size_t lists_at() const { return places * word(); }
  [[nodiscard]] std::size_t topic_at() const { return lists_at() + lists; }
  [[nodiscard]] std::size_t bias_at() const { return topic_at() + vector; }
  [[nodiscard]] std::size_t inputs() const { return bias_at() + 1; }
  [[nodiscard]] std::size_t weights() const { return inputs() * units + units * width; }
};

/// A layer of rectified units between those numbers and the scores of labels (Collobert et al. 2011, §3.2). Sums are
/// taken in one order in plain floats, so that the same token gives the same scores on every machine. A view: the
/// weights outlive it; any thread.
class ContextLayer {
 public:
  ContextLayer() = default;
  /// `weights`: a row of `units` for each input, then a row of `width` for each unit.
  ContextLayer(ContextShape shape, std::span<float const> weights) : shape_(shape), weights_(weights) {}

  [[nodiscard]] ContextShape const& shape() const { return shape_; }
  /// What a word adds at each place, `places` × `units`, from its numbers.
  [[nodiscard]] std::vector<float> of_word(std::span<float const> word) const;
  [[nodiscard]] std::size_t bytes_of_word() const { return ContextShape::places * shape_.units * sizeof(float); }
  /// What a document adds, `units`, from its mean vector; the bias is in it.
  [[nodiscard]] std::vector<float> of_document(std::span<float const> topic) const;
  /// What the document and the words before, at and after a token add, one pointer a place; then the lists, a bit each.
  void add_scores(std::span<float const> document, std::span<float const* const> words, std::uint64_t lists,
                  std::span<float> scores) const;

 private:
  [[nodiscard]] float const* row(std::size_t input) const { return weights_.data() + input * shape_.units; }

  ContextShape shape_;
  std::span<float const> weights_;
};

}  // namespace lepton::runtime
