#include "retrieval/vector_learning.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "embed/low_rank.h"
#include "retrieval/terms.h"

namespace lepton::retrieval {
namespace {

/// Counts in how many texts each word and pair stands.
class TermCounts {
 public:
  void add(std::span<std::string const> texts) {
    ++texts_;
    std::vector<std::uint64_t> hashes;
    for (auto const& text : texts)
      for (auto const& term : terms_of(text, Pieces::without)) hashes.push_back(term.hash);
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    for (auto const hash : hashes) ++counts_[hash];
  }

  /// Slots and idf of the terms that are frequent enough.
  void number(LearningOptions const& options, LearntVectors& out) const {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> kept;
    for (auto const& [hash, count] : counts_)
      if (count >= options.least_passages) kept.emplace_back(hash, count);
    std::sort(kept.begin(), kept.end(), [](auto const& a, auto const& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    if (kept.size() > options.most_terms) kept.resize(options.most_terms);
    for (auto& [hash, count] : kept) {
      out.idf.push_back(static_cast<float>(std::log(static_cast<double>(texts_) / count) + 0.01));
      count = static_cast<std::uint32_t>(out.idf.size() - 1);
    }
    if (!kept.empty()) out.slots = TermVectors::Numbers::build(kept);
  }

 private:
  std::uint64_t texts_ = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> counts_;
};

/// Each question that is answered, with the mean vector of its passages.
struct Lessons {
  std::vector<std::string> questions;
  std::vector<std::vector<std::uint32_t>> answers;
};

Lessons lessons_of(std::span<Passage const> passages, std::span<AnsweredQuestion const> answered) {
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < passages.size(); ++i) numbers.emplace(passages[i].key, i);
  std::map<std::string_view, std::vector<std::uint32_t>> by_question;
  for (auto const& [question, key] : answered)
    if (auto const found = numbers.find(key); found != numbers.end()) by_question[question].push_back(found->second);
  Lessons out;
  for (auto const& [question, answers] : by_question) {
    out.questions.emplace_back(question);
    out.answers.push_back(answers);
  }
  return out;
}

void learn_questions(Call const& call, std::span<Passage const> passages, Lessons const& lessons,
                     LearningOptions const& options, LearntVectors& out) {
  auto const view = out.view();
  std::vector<SparseVector> rows;
  embed::DenseRows targets(lessons.questions.size(), out.dimensions);
  for (std::size_t i = 0; i < lessons.questions.size(); ++i) {
    call.proceed();
    rows.push_back(view.terms({&lessons.questions[i], 1}));
    float* const target = targets.row(i);
    for (auto const answer : lessons.answers[i]) {
      auto const vector = view.of_passage(passages[answer].texts);
      for (std::size_t k = 0; k < out.dimensions; ++k) target[k] += vector[k];
    }
    make_unit({target, out.dimensions});
  }
  auto const map = embed::ridge_regression(call, rows, out.idf.size(), targets, options.ridge);
  for (std::size_t i = 0; i < map.values.size(); ++i)
    out.questions.push_back(map.values[i] + static_cast<float>(options.own_words) * out.passages[i]);
}

}  // namespace

LearntVectors learn_vectors(Call const& call, std::span<Passage const> passages,
                            std::span<AnsweredQuestion const> answered, std::size_t dimensions,
                            LearningOptions const& options) {
  auto const lessons = lessons_of(passages, answered);
  LearntVectors out;
  out.dimensions = dimensions;
  TermCounts counts;
  for (auto const& passage : passages) {
    call.proceed();
    counts.add(passage.texts);
  }
  for (auto const& question : lessons.questions) counts.add({&question, 1});
  counts.number(options, out);
  if (out.idf.empty()) return {};
  out.passages.assign(out.idf.size() * dimensions, 0.0F);
  auto const sampled = std::min(options.most_passages, passages.size());
  std::vector<SparseVector> rows;
  auto const view = out.view();  // made once, because it verifies what it is a view of
  for (std::size_t i = 0; i < sampled; ++i) rows.push_back(view.terms(passages[i * passages.size() / sampled].texts));
  out.passages = embed::right_singular_vectors(call, rows, out.idf.size(), dimensions, options.seed).values;
  if (!lessons.questions.empty()) learn_questions(call, passages, lessons, options, out);
  return out;
}

}  // namespace lepton::retrieval
