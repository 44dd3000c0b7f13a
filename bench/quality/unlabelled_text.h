#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "learn/class_corpus.h"
#include "learn/labelled_document.h"

namespace lepton::bench {

/// News that nobody has tagged: `reuters_c50`, `bbc` and `reuters21578`; headlines, stories and reviews of
/// `thucnews_headlines`, `finnews_zh` and `chnsenticorp_htl`, a line each.
[[nodiscard]] std::vector<std::string> english_texts(std::filesystem::path const& data);
[[nodiscard]] std::vector<std::string> chinese_texts(std::filesystem::path const& data);

/// Beside headlines, stories and reviews: sentences of `ner_msra`'s training part and of `ner_cluener`, without labels.
[[nodiscard]] std::vector<std::string> chinese_sentences(std::filesystem::path const& data);
[[nodiscard]] std::vector<std::string> lines_of(std::filesystem::path const& file);

/// Classes and vectors of the words of texts and of documents. A text that shares eight words (of Chinese: characters)
/// in a row with one that is asked is left out. Learning takes minutes; what was learnt is kept beside the build and
/// taken from there when words and way are the same.
[[nodiscard]] learn::WordKnowledge word_knowledge(runtime::TagUnit unit, std::vector<std::string> const& texts,
                                                  std::vector<std::vector<learn::LabelledDocument>> const& read,
                                                  std::vector<std::vector<learn::LabelledDocument>> const& asked);

}  // namespace lepton::bench
