#pragma once

#include <memory>
#include <string>

namespace lepton::reason {

/// Regular expressions of sh:pattern, each compiled once. One thread.
class ShaclPatterns {
 public:
  ShaclPatterns();
  ~ShaclPatterns();

  /// SPARQL 1.1 §17.4.3.14, REGEX: whether a part of `text` matches. Throws Error{invalid}, "ill_formed_shape", for
  /// what is no expression, and Error{exhausted}, "pattern_too_slow", when a match takes too many steps.
  [[nodiscard]] bool match(std::string const& text, std::string const& pattern, std::string const& flags);

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace lepton::reason
