#pragma once

#include <filesystem>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "learn/class_corpus.h"
#include "learn/labelled_document.h"
#include "text/gazetteer.h"

namespace lepton::learn {

/// Which table of names a tagger is given, and its columns. Names are known without regard to case.
struct NameTable {
  std::string input, type = "type", name = "name";

  static constexpr auto fields() {
    using T = NameTable;
    return std::tuple{required("input", &T::input, "name of an input of the recipe: a row a name"),
                      optional("type", &T::type, "column of the list that a name is on, at most 64 lists"),
                      optional("name", &T::name, "column of names")};
  }
};

/// Which table of texts that nobody has tagged a tagger is given.
struct TextTable {
  std::string input, text = "text";

  static constexpr auto fields() {
    using T = TextTable;
    return std::tuple{required("input", &T::input, "name of an input of the recipe: a row a text"),
                      optional("text", &T::text, "column of texts")};
  }
};

/// Cuts names as the tagger cuts texts. Throws Error{invalid} with line and column for a row without type or name, and
/// for a 65th list. `pointer` is where `table` stands in the specification.
[[nodiscard]] text::GazetteerBuilder read_names(Call const& call, std::filesystem::path const& file,
                                                NameTable const& table, std::string const& pointer,
                                                runtime::TagUnit unit);

/// Classes and vectors of words by what stands beside them, in the texts and in the documents. Rows without a text are
/// passed over. The same whatever the number of threads, on the same kind of processor.
[[nodiscard]] WordKnowledge learn_words(Call const& call, std::filesystem::path const& file, TextTable const& table,
                                        std::string const& pointer, std::vector<LabelledDocument> const& documents,
                                        runtime::TagUnit unit, int threads);

}  // namespace lepton::learn
