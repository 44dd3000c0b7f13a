#pragma once

#include <cstddef>

#include "rdf/parse.h"

namespace lepton::rdf {

/// Decides what becomes of a problem: reported and skipped, or the end of the parse. Owned by one parser's run.
class Recovery {
 public:
  explicit Recovery(ParseOptions const& options) : options_(options) {}

  /// Returns when the parser is to skip the statement; else throws what `parse` promises.
  void handle(Problem const& problem);
  /// For what cannot be skipped. Sentences quote the document: what is long in them is cut.
  [[noreturn]] static void give_up(Problem const& problem);

 private:
  ParseOptions const& options_;
  std::size_t problems_ = 0;
};

}  // namespace lepton::rdf
