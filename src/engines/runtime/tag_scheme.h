#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lepton::runtime {

/// A named stretch of tokens [begin, end) of a type.
struct TagSpan {
  std::uint32_t begin = 0, end = 0;
  std::uint32_t type = 0;  ///< index into TagScheme::types()

  friend bool operator==(TagSpan const&, TagSpan const&) = default;
};

/// Labels of tokens for types of spans, BILOU: 0 is O, then B, I, L, U of each type. Immutable; any thread.
class TagScheme {
 public:
  enum Position : std::uint8_t { begin, inside, last, unit };
  static constexpr std::uint8_t outside = 0;
  static constexpr std::size_t most_types = 60;

  TagScheme() = default;
  /// Throws Error{invalid} for no type, a type twice or too many.
  explicit TagScheme(std::vector<std::string> types);

  [[nodiscard]] std::vector<std::string> const& types() const { return types_; }
  [[nodiscard]] std::size_t labels() const { return 1 + 4 * types_.size(); }
  [[nodiscard]] static std::uint8_t label(Position position, std::uint32_t type) {
    return static_cast<std::uint8_t>(1 + 4 * type + position);
  }
  [[nodiscard]] static std::uint32_t type_of(std::uint8_t label) { return (label - 1u) / 4; }
  [[nodiscard]] static Position position_of(std::uint8_t label) { return static_cast<Position>((label - 1u) % 4); }

  /// Whether `next` may follow `label`, whether a sentence may begin with it, and end with it.
  [[nodiscard]] static bool may_follow(std::uint8_t label, std::uint8_t next);
  [[nodiscard]] static bool may_begin(std::uint8_t label);
  [[nodiscard]] static bool may_end(std::uint8_t label);

  [[nodiscard]] std::vector<std::uint8_t> encode(std::size_t tokens, std::vector<TagSpan> const& spans) const;
  /// Spans of a legal sequence; what is illegal is read as generously as can be.
  [[nodiscard]] static std::vector<TagSpan> decode(std::vector<std::uint8_t> const& labels);

  /// Reads labels as corpora spell them: BIO (B-PER, I-PER, also IOB1), BMES and BILOU; "O" is outside. A type that is
  /// not in types() throws Error{invalid} with the label.
  [[nodiscard]] std::vector<TagSpan> read(std::vector<std::string> const& labels) const;
  /// "B-PER", "I-PER" or "O" for each token: the spelling of the classification report.
  [[nodiscard]] std::vector<std::string> write_bio(std::size_t tokens, std::vector<TagSpan> const& spans) const;
  /// The types that labels name, sorted.
  [[nodiscard]] static std::vector<std::string> types_in(std::vector<std::string> const& labels);

 private:
  std::vector<std::string> types_;
};

}  // namespace lepton::runtime
