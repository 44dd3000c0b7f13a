#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rdf/nquads_text.h"
#include "rdf/parse.h"

/// What the tests of parsers and writers share.
namespace lepton::rdf {

inline Call const& test_call() {
  static SystemClock const clock;
  static Call const call = system_call(clock);
  return call;
}

inline std::vector<Quad> read(Syntax syntax, std::string_view text, ParseOptions const& options = {},
                              std::size_t step = std::string_view::npos) {
  StringSource source(text, step);
  QuadCollector collected;
  parse(test_call(), syntax, source, collected, options);
  return std::move(collected.quads);
}

/// The statements in the order they came, as N-Quads.
inline std::string statements(std::vector<Quad> const& quads) {
  std::string text;
  for (auto const& quad : quads) append_quad(text, quad.view());
  return text;
}

inline std::string read_as_nquads(Syntax syntax, std::string_view text, ParseOptions const& options = {}) {
  return statements(read(syntax, text, options));
}

/// What the parser says against the text; empty when it accepts it.
inline std::string complaint(Syntax syntax, std::string_view text, ParseOptions const& options = {}) {
  try {
    (void)read(syntax, text, options);
  } catch (Error const& error) {
    EXPECT_EQ(error.reason(), "rdf_syntax");
    return error.what();
  }
  return "";
}

}  // namespace lepton::rdf
