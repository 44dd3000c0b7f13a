#include "tagged_corpora.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/error.h"
#include "base/file.h"
#include "text/hash.h"
#include "text/lines.h"

namespace lepton::bench {
namespace {

/// A hash of each `run` tokens in a row.
std::vector<std::uint64_t> hashes_of_runs(std::vector<std::string_view> const& words, std::size_t run) {
  std::vector<std::uint64_t> hashes;
  for (std::size_t begin = 0; begin + run <= words.size(); ++begin) {
    std::uint64_t hash = 1;
    for (std::size_t i = begin; i < begin + run; ++i) hash = text::combine(hash, text::hash64(words[i]));
    hashes.push_back(hash);
  }
  return hashes;
}

}  // namespace

TaggedCorpus TaggedCorpus::read(std::filesystem::path const& path, Documents documents, runtime::TagScheme scheme) {
  TaggedCorpus corpus;
  corpus.scheme_ = std::move(scheme);
  auto const file = read_file(path);
  std::vector<std::string> words, tags;
  bool begins = true;
  auto const end_sentence = [&] {
    if (words.empty()) return;
    corpus.add_sentence(std::move(words), std::move(tags), begins || documents == Documents::each_a_sentence);
    words.clear();
    tags.clear();
    begins = false;
  };
  text::for_each_line(file, [&](std::string_view line, std::size_t) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto const first = line.find_first_of(" \t"), last = line.find_last_of(" \t");
    if (first == std::string_view::npos || line.starts_with("-DOCSTART-")) {
      end_sentence();
      begins = begins || !line.empty();
      return;
    }
    words.emplace_back(line.substr(0, first));
    tags.emplace_back(line.substr(last + 1));
  });
  end_sentence();
  corpus.label_all();
  return corpus;
}

void TaggedCorpus::add_sentence(std::vector<std::string> words, std::vector<std::string> tags, bool begins_document) {
  if (begins_document) documents_.emplace_back();
  auto& document = documents_.back().document;
  document.sentences.push_back(static_cast<std::uint32_t>(document.words.size()));
  for (auto& word : words) document.words.push_back(words_.emplace_back(std::move(word)));
  for (auto& tag : tags) tags_.push_back(std::move(tag));
}

void TaggedCorpus::label_all() {
  if (scheme_.types().empty()) scheme_ = runtime::TagScheme(runtime::TagScheme::types_in(tags_));
  std::size_t at = 0;
  for (auto& [document, labels] : documents_)
    for (std::size_t s = 0; s < document.sentences.size(); ++s) {
      auto const tokens = document.end_of(s) - document.sentences[s];
      std::vector<std::string> const tags(tags_.begin() + static_cast<long>(at),
                                          tags_.begin() + static_cast<long>(at + tokens));
      auto const encoded = scheme_.encode(tokens, scheme_.read(tags));
      labels.insert(labels.end(), encoded.begin(), encoded.end());
      at += tokens;
    }
}

HeldOut hold_out(std::vector<learn::LabelledDocument> const& documents, std::uint64_t parts, std::uint64_t which) {
  HeldOut out;
  for (auto const& labelled : documents) {
    std::uint64_t hash = 1;
    for (auto const word : labelled.document.words) hash = text::combine(hash, text::hash64(word));
    (hash % parts == which ? out.held_out : out.kept).push_back(labelled);
  }
  return out;
}

std::vector<learn::LabelledDocument> without_shared_text(std::vector<learn::LabelledDocument> const& documents,
                                                         std::vector<learn::LabelledDocument> const& others,
                                                         std::size_t run) {
  std::unordered_set<std::uint64_t> known;
  for (auto const& other : others)
    for (auto const hash : hashes_of_runs(other.document.words, run)) known.insert(hash);
  std::vector<learn::LabelledDocument> out;
  for (auto const& labelled : documents) {
    auto const hashes = hashes_of_runs(labelled.document.words, run);
    if (std::none_of(hashes.begin(), hashes.end(), [&](auto hash) { return known.count(hash) != 0; }))
      out.push_back(labelled);
  }
  return out;
}

}  // namespace lepton::bench
