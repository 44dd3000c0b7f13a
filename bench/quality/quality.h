#pragma once

#include <filesystem>

namespace lepton::bench {

/// Seconds of processors this process has used.
[[nodiscard]] double cpu_seconds();

/// Each prints a table of figures from the folder of real data, or says by name what it skips.
void entity_resolution(std::filesystem::path const& data);
/// `development`: also figures on the half that choices were made on.
void entity_resolution_development(std::filesystem::path const& data);
void retrieval_of_answers(std::filesystem::path const& data);
void retrieval_development(std::filesystem::path const& data);
/// A million passages; `small`: a fifth of them.
void retrieval_speed(std::filesystem::path const& data);
void retrieval_speed_small(std::filesystem::path const& data);
void link_prediction_wn18rr(std::filesystem::path const& data);
void link_prediction_fb15k237(std::filesystem::path const& data);
/// Ranks by mined rules alone.
void rules_of_wn18rr(std::filesystem::path const& data);
void rules_of_fb15k237(std::filesystem::path const& data);
/// Words of Chinese text, by a dictionary and learnt.
void chinese_words(std::filesystem::path const& data);
void chinese_words_development(std::filesystem::path const& data);
/// Languages of short texts.
void languages(std::filesystem::path const& data);
/// Texts cut into words, how fast.
void tokens(std::filesystem::path const& data);
/// What is near in vectors of words.
void word_vectors(std::filesystem::path const& data);
/// Days on which news speak of collapse more than their past explains.
void surges(std::filesystem::path const& data);
/// Choices are made on parts of the training data alone; the test is for what came of them.
enum class Stage { development, test };
void ratings(std::filesystem::path const& data, Stage stage);
void listening(std::filesystem::path const& data, Stage stage);
void cold_items(std::filesystem::path const& data, Stage stage);
void histories(std::filesystem::path const& data, Stage stage);
void banking77(std::filesystem::path const& data, Stage stage);
void clinc150(std::filesystem::path const& data, Stage stage);
void phrasebank(std::filesystem::path const& data, Stage stage);
void chinese_sentiment(std::filesystem::path const& data, Stage stage);
void agnews(std::filesystem::path const& data, Stage stage);
void thucnews(std::filesystem::path const& data, Stage stage);
/// Of Reuters-21578, any number a story.
void topics(std::filesystem::path const& data, Stage stage);
/// Raw text to label, one thread.
void classifier_speed(std::filesystem::path const& data);
/// Boosted trees and a scorecard that tell who will default.
void credit(std::filesystem::path const& data, Stage stage);
void tagging_conll(std::filesystem::path const& data, Stage stage);
/// Learnt from either half of the training part: how a tagger does with names it has not seen.
void tagging_conll_halves(std::filesystem::path const& data);
/// Words and their forms alone, told as JSON in the last line.
void tagging_words(std::filesystem::path const& data);
void tagging_msra(std::filesystem::path const& data, Stage stage);
void tagging_resume(std::filesystem::path const& data, Stage stage);

}  // namespace lepton::bench
