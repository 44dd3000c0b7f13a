#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "learn/labelled_document.h"

namespace lepton::bench {

/// Where documents end in a corpus of columns.
enum class Documents {
  marked,          ///< at lines of -DOCSTART-
  each_a_sentence  ///< nowhere: each sentence is one
};

/// Texts in which somebody has marked the names. Owns the tokens that its documents look at.
class TaggedCorpus {
 public:
  /// A token a line, its tag in the last column, an empty line behind each sentence. Tags of BIO or BMES; types are
  /// those of `scheme`, or those found where it has none.
  [[nodiscard]] static TaggedCorpus read(std::filesystem::path const& path, Documents documents,
                                         runtime::TagScheme scheme = {});

  [[nodiscard]] runtime::TagScheme const& scheme() const { return scheme_; }
  [[nodiscard]] std::vector<learn::LabelledDocument> const& documents() const { return documents_; }
  [[nodiscard]] std::size_t tokens() const { return words_.size(); }

 private:
  void add_sentence(std::vector<std::string> words, std::vector<std::string> tags, bool begins_document);
  void label_all();

  std::deque<std::string> words_;
  std::vector<std::string> tags_;
  runtime::TagScheme scheme_;
  std::vector<learn::LabelledDocument> documents_;
};

/// Some of the documents put apart: the same ones each time, by a hash of their words.
struct HeldOut {
  std::vector<learn::LabelledDocument> kept, held_out;
};
/// One in `parts` is held out; `which` is below `parts`.
[[nodiscard]] HeldOut hold_out(std::vector<learn::LabelledDocument> const& documents, std::uint64_t parts,
                               std::uint64_t which);

/// Those documents that have no `run` tokens in a row with any of `others`.
[[nodiscard]] std::vector<learn::LabelledDocument> without_shared_text(
    std::vector<learn::LabelledDocument> const& documents, std::vector<learn::LabelledDocument> const& others,
    std::size_t run);

}  // namespace lepton::bench
