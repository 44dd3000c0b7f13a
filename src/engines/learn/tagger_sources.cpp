#include "learn/tagger_sources.h"

#include <fmt/format.h>

#include "base/error.h"
#include "learn/text_columns.h"
#include "text/english.h"

namespace lepton::learn {
namespace {

/// Its tokens with a space between each two.
std::string cut_apart(std::string_view name, runtime::TagUnit unit) {
  std::string out;
  for (auto const token : unit == runtime::TagUnit::word ? text::tokenize_english(name) : text::characters(name)) {
    if (!out.empty()) out += ' ';
    out += token.of(name);
  }
  return out;
}

}  // namespace

text::GazetteerBuilder read_names(Call const& call, std::filesystem::path const& file, NameTable const& table,
                                  std::string const& pointer, runtime::TagUnit unit) {
  auto const rows = read_text_columns(call, file, {{pointer + "/type", table.type}, {pointer + "/name", table.name}},
                                      fmt::format("the table of names '{}'", table.input));
  auto const refuse = [&](std::size_t row, std::size_t column, std::string const& problem) {
    throw invalid(fmt::format("{}, {}: {}", table.input, rows.place(row, column), problem));
  };
  text::GazetteerBuilder names;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    auto const &type = rows.values[0][row], &name = rows.values[1][row];
    if (type.empty()) refuse(row, 0, "the list of the name is missing");
    auto const tokens = cut_apart(name, unit);
    if (tokens.empty()) refuse(row, 1, "the name is missing");
    auto const& lists = names.types();
    if (lists.size() == text::Gazetteer::most_types && std::find(lists.begin(), lists.end(), type) == lists.end())
      refuse(row, 0, fmt::format("'{}' is one list more than the {} there may be", type, text::Gazetteer::most_types));
    names.add(type, tokens);
  }
  names.build();
  return names;
}

WordKnowledge learn_words(Call const& call, std::filesystem::path const& file, TextTable const& table,
                          std::string const& pointer, std::vector<LabelledDocument> const& documents,
                          runtime::TagUnit unit, int threads) {
  auto const texts = read_text_columns(call, file, {{pointer + "/text", table.text}},
                                       fmt::format("the table of texts '{}'", table.input));
  ClassCorpus corpus(unit);
  for (auto const& text : texts.values[0]) {
    call.proceed();
    corpus.add(text);
  }
  for (auto const& labelled : documents) corpus.add(labelled.document);
  text::LexiconOptions options;
  options.threads = threads;
  return corpus.learn(call, options);
}

}  // namespace lepton::learn
