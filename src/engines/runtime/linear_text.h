#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/model_file.h"
#include "runtime/text_terms.h"
#include "text/hashed_table.h"

namespace lepton::runtime {

/// What describes a text classifier besides its arrays.
struct LinearTextSettings {
  static constexpr double never_reject = -1e300;

  std::vector<std::string> classes;
  TermOptions terms;
  bool several = false;  ///< a text may have any number of classes, each decided on its own
  double scale = 1;      ///< turns whole weights into margins
  double slope = 1;      ///< calibration: probability = softmax (several: logistic) of slope × margin + shift
  double shift = 0;
  std::vector<double> thresholds;      ///< several: margin from which on a class holds
  double reject_below = never_reject;  ///< one class: scope of a text below which it is out of scope
  double unseen = 0;                   ///< rarity of a term that no learnt text had; 0: such terms do not count

  static constexpr auto fields() {
    using S = LinearTextSettings;
    return std::tuple{required("classes", &S::classes, "names"),
                      required("terms", &S::terms, "what a text is made of"),
                      required("several", &S::several, "whether a text may have several classes"),
                      required("scale", &S::scale, "of the weights"),
                      required("slope", &S::slope, "of the calibration"),
                      required("shift", &S::shift, "of the calibration"),
                      required("thresholds", &S::thresholds, "margin of each class when there may be several"),
                      required("reject_below", &S::reject_below, "least scope of what is in scope"),
                      optional("unseen", &S::unseen, "rarity of a term that no text had")};
  }
};

/// A term the classifier knows.
struct TermEntry {
  std::uint32_t row = 0;
  float rarity = 0;  ///< inverse document frequency
};
using TermTable = text::HashedTable<TermEntry>;

struct LinearTextArrays {
  std::vector<TermTable::Slot> terms;
  std::vector<std::int16_t> rows;  ///< a row a term: its weight in each class times its rarity; padded to width
  std::vector<float> bias;         ///< of each class
};

/// What a text is.
struct TextAnswer {
  std::uint32_t best = 0;             ///< class with the highest margin
  double probability = 0;             ///< calibrated, of the best class
  std::vector<double> probabilities;  ///< calibrated, of each class
  double scope = 0;                   ///< how much speaks for the best class, what is unknown in the text considered
  bool in_scope = true;               ///< false: unlike everything that was learnt
  std::vector<std::uint32_t> holds;   ///< several: the classes that hold
};

/// A piece of the text and what it added to the margin of a class.
struct TermReason {
  std::string term;
  double weight = 0;
};

/// A linear classifier over tf-idf of words, runs of words and pieces of words. What a word and its pieces add is
/// summed once per word, so that a text costs one row a word and one a run. Immutable: any number of threads classify
/// at once.
class LinearText {
 public:
  static constexpr std::string_view kind = "linear-text";
  static constexpr std::uint32_t version = 1;
  static constexpr std::size_t most_words = 30000;  ///< kept per thread
  static constexpr double piece_share = 0.5;        ///< of what its rarity says, that a piece of a word counts

  [[nodiscard]] static std::string write(LinearTextSettings const& settings, LinearTextArrays const& arrays);
  /// Throws Error{invalid} for what write() did not write.
  [[nodiscard]] static LinearText parse(std::string_view artifact);
  [[nodiscard]] static LinearText open(std::filesystem::path const& path);
  explicit LinearText(ModelFile file);
  ~LinearText();
  LinearText(LinearText&&) noexcept;
  LinearText& operator=(LinearText&&) noexcept;

  /// One margin a class. Answers the scope of the text: what the best margin would be if terms that no learnt text had
  /// made the text longer, each as rare as a term can be and pieces of words half so.
  float margins(std::string_view text, std::vector<float>& out) const;
  [[nodiscard]] TextAnswer classify(std::string_view text) const;
  /// Calibrated probability of each class.
  [[nodiscard]] std::vector<double> probabilities(std::string_view text) const;
  /// The words and runs that decided for the class, or against it, strongest first.
  [[nodiscard]] std::vector<TermReason> explain(std::string_view text, std::uint32_t of_class, std::size_t most) const;

  [[nodiscard]] LinearTextSettings const& settings() const { return settings_; }
  [[nodiscard]] std::size_t memory_bytes() const { return file_.bytes(); }
  /// How often something came → how much it counts.
  [[nodiscard]] static float damped(std::uint32_t times);

 private:
  struct Scratch;
  struct Pool;
  class Lease;
  void gather(Scratch& scratch, std::string_view text) const;
  void gather_runs(Scratch& scratch) const;
  /// What is known of a term; nullptr for what has no row of weights.
  [[nodiscard]] TermEntry const* find_term(std::uint64_t term) const;
  [[nodiscard]] std::uint32_t word_of(Scratch& scratch, std::size_t i) const;
  [[nodiscard]] std::vector<double> to_probabilities(std::vector<float> const& margins) const;

  ModelFile file_;
  LinearTextSettings settings_;
  TermTable terms_;
  std::span<std::int16_t const> rows_;
  std::span<float const> bias_;
  std::size_t width_ = 0;
  std::unique_ptr<Pool> pool_;
};

}  // namespace lepton::runtime
