#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "embed/dense_product.h"
#include "embed/thread_team.h"

namespace lepton::embed {

/// Rows of floats that are learnt by Adagrad; `size` is a multiple of `lanes`.
class LearntTable {
 public:
  LearntTable(std::size_t rows, std::size_t size)
      : size_(size), rows_(rows), values_(rows * size), squares_(rows * size) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] float* row(std::size_t i) { return values_.data() + i * size_; }
  [[nodiscard]] float const* row(std::size_t i) const { return values_.data() + i * size_; }
  [[nodiscard]] std::vector<float> const& values() const { return values_; }
  [[nodiscard]] std::vector<float>& values() { return values_; }
  /// One step against `gradient`.
  void step(std::size_t row, float const* gradient, float rate);

 private:
  std::size_t size_, rows_;
  std::vector<float> values_, squares_;
};

/// What a batch is to learn.
enum class Loss {
  softmax,   ///< cross entropy over the candidates
  logistic,  ///< each candidate for itself, wrong ones weighted by how likely they seem (Sun et al. 2019, eq. 5)
};

struct LayerOptions {
  std::size_t size = 0;  ///< floats in a row
  bool distance = false;
  Loss loss = Loss::softmax;
  float margin = 0;       ///< logistic: added to each score
  float temperature = 1;  ///< logistic: of the weights of wrong answers
};

/// "Query `query` is answered by the candidate that stands at `candidate` in the list of candidates."
struct Target {
  std::uint32_t query = 0, candidate = 0;
};

/// A gradient for one candidate that comes from elsewhere.
struct ExtraGradient {
  std::uint32_t candidate = 0;
  float const* row = nullptr;
};

/// Scores rows of a table as answers of a batch of queries, and learns from what the answers were. Used by all threads
/// of a team in steps: each of the functions that takes a thread is one step, and a thread works on its own share of
/// the candidates, so that the result depends on the number of threads alone.
class AnswerLayer {
 public:
  AnswerLayer(LayerOptions const& options, std::size_t threads);

  /// One thread: a new batch. `candidates` are distinct rows; `offsets`, if any, are added to their scores. Each target
  /// counts `weight`. `extra` is used in learn(); its rows may still be written until then.
  void begin(std::size_t queries, std::span<std::uint32_t const> candidates, std::span<float const> offsets,
             std::vector<Target> targets, float weight);
  [[nodiscard]] std::size_t queries() const { return queries_; }
  /// Where the query's vector is to be written before finish_queries().
  [[nodiscard]] float* query(std::size_t i) { return queries_by_row_.data() + i * row_stride(); }
  [[nodiscard]] Share share(std::size_t thread) const { return share_of(queries_, thread, threads_, lanes); }

  void finish_queries(std::size_t thread);
  void score(std::size_t thread, LearntTable const& table);
  void sum(std::size_t thread);
  void differentiate(std::size_t thread, LearntTable const& table);
  /// The loss's gradient for a query's vector, after differentiate().
  void query_gradient(std::size_t i, float* out) const;

  /// One thread, any time after begin(): gradients from elsewhere, added in this order, and how often each candidate
  /// counts for N3.
  void set_extra(std::vector<ExtraGradient> const& extra, std::span<std::uint32_t const> occurrences);
  /// `cubes`: weight of the sum of cubes of each occurrence; of complex numbers by their absolute value.
  void learn(std::size_t thread, LearntTable& table, float rate, float cubes, bool complex);

 private:
  struct Scratch {
    std::vector<float> rows;      // a tile of candidates, padded
    std::vector<float> gradient;  // of a tile of candidates
    std::vector<float> exponentials;
    std::vector<float> most, sums;  // per query
    std::vector<float> pull;        // per query: Σ of coefficients, for distances
    std::vector<float> of_queries;  // gradient of the queries by this thread's candidates
  };
  static constexpr std::size_t tile = 96;

  [[nodiscard]] std::size_t row_stride() const { return options_.size + lanes; }
  [[nodiscard]] std::size_t width() const { return padded(queries_) + lanes; }
  [[nodiscard]] Share candidate_share(std::size_t thread) const {
    return share_of(candidates_.size(), thread, threads_);
  }
  [[nodiscard]] float* scores(std::size_t candidate) { return scores_.data() + candidate * width(); }
  void load(Scratch& scratch, LearntTable const& table, std::size_t from, std::size_t to) const;
  void to_distances(Scratch const& scratch, std::size_t from, std::size_t to);
  void softmax_coefficients(Scratch& scratch, std::size_t from, std::size_t to);
  void logistic_coefficients(Scratch& scratch, std::size_t from, std::size_t to);
  void divide_by_distances(Scratch& scratch, std::size_t from, std::size_t to);
  void add_elsewhere(LearntTable const& table, std::size_t candidate, float* gradient, float cubes, bool complex) const;

  LayerOptions options_;
  std::size_t threads_, queries_ = 0;
  float weight_ = 0;
  std::vector<std::uint32_t> candidates_;
  std::vector<float> offsets_;
  std::vector<Target> targets_;  // by candidate
  std::vector<float> query_weights_;
  std::vector<float> queries_by_row_, queries_by_column_, query_squares_;
  std::vector<float> scores_, distances_;  // of a candidate's row, a column a query
  std::vector<float> row_pull_;
  std::vector<float> normaliser_;
  std::vector<std::uint32_t> extra_begin_, occurrences_;
  std::vector<float const*> extra_rows_;
  std::vector<Scratch> scratch_;
};

}  // namespace lepton::embed
