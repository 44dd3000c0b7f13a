#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/context_layer.h"
#include "runtime/linear_chain.h"
#include "runtime/model_file.h"
#include "runtime/tag_features.h"
#include "runtime/tag_scheme.h"
#include "text/token.h"

namespace lepton::runtime {

/// What describes a tagger besides its arrays.
struct TaggerSettings {
  std::vector<std::string> types;
  TagUnit unit = TagUnit::word;
  int stages = 1;               ///< 2: a second pass sees the labels of the first over the whole document
  float scale = 1;              ///< turns whole scores into logarithms of odds
  double slope = 1, shift = 0;  ///< calibration: log odds of a span → slope × log odds + shift
  int readings = 0;             ///< of each sentence, that the model answers with besides the spans
  std::size_t vector = 0;       ///< numbers of a word's vector; 0: no layer over them
  std::size_t units = 0;        ///< of that layer

  static constexpr auto fields() {
    using S = TaggerSettings;
    return std::tuple{required("types", &S::types, "kinds of spans"),
                      required("unit", &S::unit, "what a token is"),
                      required("stages", &S::stages, "passes over a document"),
                      required("scale", &S::scale, "of the weights"),
                      required("slope", &S::slope, "of the calibration"),
                      required("shift", &S::shift, "of the calibration"),
                      optional("readings", &S::readings, "of each sentence"),
                      required("vector", &S::vector, "numbers of a word's vector"),
                      required("units", &S::units, "of the layer over vectors")};
  }
};

/// The arrays of a tagger, as training leaves them.
struct TaggerArrays {
  std::vector<text::HashedTable<std::uint32_t>::Slot> features;  ///< hash of a feature → its row
  std::vector<std::int16_t> rows;                                ///< stages × width numbers a row
  std::vector<std::int32_t> transitions;                         ///< of each stage, as LinearChain takes them
  std::vector<text::Gazetteer::Edges::Slot> name_edges;
  std::vector<std::uint64_t> name_types;
  std::vector<ClassTable::Slot> classes;
  std::vector<std::int16_t> vectors;  ///< as TagKnowledge has them
  std::vector<float> context;         ///< weights of a ContextLayer whose scores are those of all stages
};

/// A span that was found, in bytes of the text.
struct Mention {
  text::Span span;
  std::uint32_t type = 0;
  float confidence = 0;  ///< calibrated probability that the span and its type are right
};

/// Why a token got its label: what each kind of feature added to its score.
struct Reason {
  std::string feature;
  double weight = 0;
};

/// A linear-chain tagger whose model file is used where it lies. Immutable: any number of threads tag at once, and the
/// same text gives the same answer in every batch and on every machine.
class SequenceTagger {
 public:
  static constexpr std::string_view kind = "sequence-tagger";
  static constexpr std::uint32_t version = 2;
  static constexpr int most_readings = 20;

  [[nodiscard]] static std::string write(TaggerSettings const& settings, TaggerArrays const& arrays);
  /// Throws Error{invalid} for what write() did not write.
  [[nodiscard]] static SequenceTagger parse(std::string_view artifact);
  [[nodiscard]] static SequenceTagger open(std::filesystem::path const& path);
  explicit SequenceTagger(ModelFile file);
  ~SequenceTagger();
  SequenceTagger(SequenceTagger&&) noexcept;
  SequenceTagger& operator=(SequenceTagger&&) noexcept;

  /// Raw text to spans. Any bytes are accepted; texts are documents, and a document's other sentences count.
  [[nodiscard]] std::vector<Mention> tag(std::string_view text) const;
  /// The same for text that is cut into tokens already; one label a token.
  [[nodiscard]] std::vector<std::uint8_t> label(TagDocument const& document) const;
  /// Spans of tokens with raw (uncalibrated) probabilities.
  struct Scored {
    TagSpan span;
    float probability;
  };
  [[nodiscard]] std::vector<Scored> label_scored(TagDocument const& document) const;
  /// One way to read a sentence: spans of the document's tokens, and the probability that all of them, and no others,
  /// are right.
  struct Reading {
    std::vector<TagSpan> spans;
    float probability;
  };
  /// The best readings of each sentence, best first.
  [[nodiscard]] std::vector<std::vector<Reading>> readings(TagDocument const& document, std::size_t count) const;
  /// What speaks for the label of a token, strongest first.
  [[nodiscard]] std::vector<Reason> explain(TagDocument const& document, std::uint32_t token, std::uint8_t label) const;

  /// Where a span of a document that was cut from the text stands in it.
  [[nodiscard]] static text::Span bytes_of(TagDocument const& document, std::string_view text, TagSpan const& span);

  /// Cuts a text as this tagger wants it. The text outlives the document.
  [[nodiscard]] TagDocument cut(std::string_view text) const;

  [[nodiscard]] TagScheme const& scheme() const { return scheme_; }
  [[nodiscard]] TaggerSettings const& settings() const { return settings_; }
  [[nodiscard]] std::size_t memory_bytes() const { return file_.bytes(); }
  [[nodiscard]] float calibrated(float probability) const;

 private:
  struct Scratch;
  class Lease;
  void score(Scratch& scratch, TagDocument const& document) const;
  void read_layer();
  void score_token(Scratch& scratch, std::uint32_t token) const;
  [[nodiscard]] float const* word_in_context(Scratch& scratch, std::uint32_t word) const;
  void add_context(Scratch& scratch, std::uint32_t token, std::int32_t* sum) const;
  void score_labels(Scratch& scratch, TagDocument const& document) const;
  void decode(Scratch& scratch, TagDocument const& document, int stage) const;
  [[nodiscard]] std::span<std::int16_t const> row_of(std::uint64_t feature) const;
  [[nodiscard]] std::span<std::int32_t const> sentence_scores(Scratch const& scratch, TagDocument const& document,
                                                              std::size_t sentence, std::vector<std::int32_t>& room,
                                                              int stage) const;

  ModelFile file_;
  TaggerSettings settings_;
  TagScheme scheme_;
  TagKnowledge knowledge_;
  text::HashedTable<std::uint32_t> features_;
  std::span<std::int16_t const> rows_;
  std::vector<LinearChain> chains_;
  std::optional<ContextLayer> layer_;
  std::size_t width_ = 0, stride_ = 0;
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace lepton::runtime
