#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "text/token.h"

namespace lepton::text {

/// Cuts texts where ICU's rules do. Owns the rules' state: one thread at a time; making one costs as much as cutting a
/// page, so keep it.
class Breaker {
 public:
  enum class Unit {
    word,      ///< Unicode Annex 29 words; Chinese and Japanese by ICU's dictionary
    sentence,  ///< Unicode Annex 29 sentences, but none ends after an initial or a title ("J.", "Mr."), and a blank
               ///< line or a line break after a full stop always ends one
  };

  explicit Breaker(Unit unit);
  ~Breaker();
  Breaker(Breaker&&) noexcept;
  Breaker& operator=(Breaker&&) noexcept;

  /// Spans without the white space around them, in order; empty ones are left out. Any bytes are accepted. Throws
  /// Error{invalid} for a text longer than longest_text.
  [[nodiscard]] std::vector<Span> cut(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Each character that is no white space on its own; runs of Latin letters, and of digits, stay together when `runs`.
[[nodiscard]] std::vector<Span> characters(std::string_view text, bool runs = false);

}  // namespace lepton::text
