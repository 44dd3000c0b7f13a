#include "learn/tagged_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "base/error.h"
#include "text/utf8.h"

namespace lepton::learn {
namespace {

constexpr std::size_t longest_token = 256;  // of what text::tokenize_english cuts

/// Goes through the rows once; knows the document and the sentence that are open.
class DocumentReader {
 public:
  DocumentReader(TextColumns const& table, TaggedDocuments::Layout const& layout, runtime::TagUnit unit)
      : table_(table), layout_(layout), unit_(unit) {}

  TaggedDocuments read() {
    TaggedDocuments out;
    out.scheme = runtime::TagScheme(types());
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      begin_at(row, out);
      check_token(row);
      out.documents.back().document.words.push_back(value(row, layout_.token));
    }
    for (std::size_t i = 0; i < out.documents.size(); ++i) label(out, i);
    return out;
  }

 private:
  [[nodiscard]] std::string const& value(std::size_t row, std::size_t column) const {
    return table_.values[column][row];
  }
  [[noreturn]] void refuse(std::size_t row, std::size_t column, std::string const& problem) const {
    throw invalid(table_.place(row, column) + ": " + problem);
  }

  [[nodiscard]] std::vector<std::string> types() const {
    std::set<std::string> all;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      auto const& tag = value(row, layout_.tag);
      if (tag.empty()) refuse(row, layout_.tag, "the tag is missing; tokens outside of all spans have O");
      try {
        for (auto& type : runtime::TagScheme::types_in({tag})) all.insert(std::move(type));
      } catch (Error const& error) {
        refuse(row, layout_.tag, error.what());
      }
    }
    return {all.begin(), all.end()};
  }

  void begin_at(std::size_t row, TaggedDocuments& out) {
    auto const& sentence = value(row, layout_.sentence);
    auto const place = layout_.document.value_or(layout_.sentence);
    auto const& document = value(row, place);
    if (sentence.empty()) refuse(row, layout_.sentence, "the sentence of the token is missing");
    if (document.empty()) refuse(row, place, "the document of the token is missing");
    bool const new_document = row == 0 || document != value(row - 1, place);
    if (new_document) {
      if (!documents_.insert(document).second) refuse(row, place, goes_on("document", document));
      sentences_.clear();
      out.documents.emplace_back();
      out.first_row.push_back(row);
    }
    if (!new_document && sentence == value(row - 1, layout_.sentence)) return;
    if (!sentences_.insert(sentence).second) refuse(row, layout_.sentence, goes_on("sentence", sentence));
    auto& opened = out.documents.back().document;
    opened.sentences.push_back(static_cast<std::uint32_t>(opened.words.size()));
  }

  static std::string goes_on(std::string_view what, std::string const& id) {
    return fmt::format("{} '{}' goes on after another had begun: order the rows as the tokens follow each other", what,
                       id);
  }

  void check_token(std::size_t row) const {
    auto const& token = value(row, layout_.token);
    if (token.empty()) refuse(row, layout_.token, "the token is missing");
    if (token.size() > longest_token)
      refuse(row, layout_.token,
             fmt::format("a token of {} bytes; texts are cut into tokens of at most {}", token.size(), longest_token));
    if (token.find_first_of(" \t\r\n") != std::string::npos)
      refuse(row, layout_.token, fmt::format("'{}' holds white space; expected one word a row", token));
    if (unit_ == runtime::TagUnit::character && text::length(token) != 1)
      refuse(row, layout_.token, fmt::format("'{}' is more than one character, and the unit is character", token));
  }

  void label(TaggedDocuments& out, std::size_t index) const {
    auto& [document, labels] = out.documents[index];
    for (std::size_t sentence = 0; sentence < document.sentences.size(); ++sentence) {
      std::vector<std::string> tags;
      for (auto token = document.sentences[sentence]; token < document.end_of(sentence); ++token)
        tags.push_back(value(out.first_row[index] + token, layout_.tag));
      auto const encoded = out.scheme.encode(tags.size(), out.scheme.read(tags));
      labels.insert(labels.end(), encoded.begin(), encoded.end());
    }
  }

  TextColumns const& table_;
  TaggedDocuments::Layout layout_;
  runtime::TagUnit unit_;
  std::unordered_set<std::string> documents_, sentences_;
};

}  // namespace

TaggedDocuments TaggedDocuments::read(TextColumns const& table, Layout const& layout, runtime::TagUnit unit) {
  return DocumentReader(table, layout, unit).read();
}

}  // namespace lepton::learn
