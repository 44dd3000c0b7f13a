#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lepton::bench {

/// A text and the names of its classes.
struct LabelledText {
  std::string text;
  std::vector<std::string> labels;
};
using LabelledRows = std::vector<LabelledText>;

/// Each reads a file as its makers published it, row after row; rows without text are left out.
[[nodiscard]] LabelledRows read_banking(std::filesystem::path const& csv);
/// "train", "val", "test", and the same with "oos_" before it: utterances out of scope.
[[nodiscard]] LabelledRows read_clinc(std::filesystem::path const& json, std::string const& part);
/// Sentences with "@neutral" and so on behind them.
[[nodiscard]] LabelledRows read_phrasebank(std::filesystem::path const& file);
/// Title and body of Chinese financial news.
[[nodiscard]] LabelledRows read_financial_news(std::filesystem::path const& csv);
[[nodiscard]] LabelledRows read_hotel_reviews(std::filesystem::path const& csv);
/// The subset: title and description in one column.
[[nodiscard]] LabelledRows read_agnews_subset(std::filesystem::path const& csv);
/// The official test: title and description in two.
[[nodiscard]] LabelledRows read_agnews_test(std::filesystem::path const& csv);
[[nodiscard]] LabelledRows read_headlines(std::filesystem::path const& file);

/// Stories with title, dateline and body, and their topics.
struct Reuters {
  LabelledRows train, test;
  std::vector<std::string> classes;  ///< topics that both parts have: 90
};
/// The modified Apté split (README, VIII.B): 9,603 and 3,299 stories, those without a topic too.
[[nodiscard]] Reuters read_reuters(std::filesystem::path const& folder);

}  // namespace lepton::bench
