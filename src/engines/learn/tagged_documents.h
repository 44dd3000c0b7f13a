#pragma once

#include <string>
#include <vector>

#include "learn/tagger_training.h"
#include "learn/text_columns.h"
#include "runtime/tag_scheme.h"

namespace lepton::learn {

/// Documents out of a table with a row per token. Its tokens are views of the table, which outlives it.
struct TaggedDocuments {
  runtime::TagScheme scheme;
  std::vector<LabelledDocument> documents;
  std::vector<std::size_t> first_row;  ///< of each document

  /// Where the asked columns of the table stand; `document` may be absent.
  struct Layout {
    std::size_t token = 0, tag = 1, sentence = 2;
    std::optional<std::size_t> document;
  };
  /// Throws Error{invalid} with line and column: a token or a tag that is missing, a token that no text is cut into
  /// (white space in it, longer than 256 bytes; with TagUnit::character more than one), a tag that is none, a sentence
  /// or document that goes on after another had begun, and tags that are all O.
  [[nodiscard]] static TaggedDocuments read(TextColumns const& table, Layout const& layout, runtime::TagUnit unit);
};

}  // namespace lepton::learn
