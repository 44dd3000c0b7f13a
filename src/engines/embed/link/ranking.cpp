#include "embed/link/ranking.h"

#include <algorithm>
#include <cmath>

#include "embed/dense_product.h"
#include "embed/thread_team.h"

namespace lepton::embed {
namespace {

constexpr std::size_t tile = 96;

/// A question whose answer's place is wanted.
struct Question {
  Query query;
  std::uint32_t answer;
};

std::vector<Question> questions_of(std::span<Triple const> triples, std::uint32_t relations) {
  std::vector<Question> questions;
  questions.reserve(2 * triples.size());
  for (auto const& [head, relation, tail] : triples) {
    questions.push_back({{head, relation}, tail});
    questions.push_back({{tail, relation + relations}, head});
  }
  return questions;
}

/// The places of the answers of a block whose scores are there.
void count_better(EntityScores const& scores, std::span<Question const> block, std::uint32_t entities,
                  std::vector<double>& better) {
  std::vector<float> wanted(block.size());
  for (std::size_t i = 0; i < block.size(); ++i) wanted[i] = scores.at(i, block[i].answer);
  better.assign(block.size(), 0);
  std::vector<std::uint32_t> greater(block.size()), equal(block.size());
  for (std::uint32_t entity = 0; entity < entities; ++entity) {
    float const* const row = scores.row(entity);
    for (std::size_t i = 0; i < block.size(); ++i) {
      greater[i] += row[i] > wanted[i] ? 1 : 0;
      equal[i] += row[i] == wanted[i] ? 1 : 0;
    }
  }
  for (std::size_t i = 0; i < block.size(); ++i) better[i] = greater[i] + 0.5 * (equal[i] - 1.0);
}

double filtered(EntityScores const& scores, std::size_t i, Question const& question, QueryIndex const& known,
                double better) {
  float const wanted = scores.at(i, question.answer);
  for (auto const other : known.find(question.query)) {
    if (other == question.answer) continue;
    float const score = scores.at(i, other);
    better -= score > wanted ? 1 : score == wanted ? 0.5 : 0;
  }
  return better;
}

}  // namespace

void RankingReport::add(double rank) {
  mrr += 1 / rank;
  mean_rank += rank;
  hits_at_1 += rank <= 1 ? 1 : 0;
  hits_at_3 += rank <= 3 ? 1 : 0;
  hits_at_10 += rank <= 10 ? 1 : 0;
  ++ranks;
}

void RankingReport::finish() {
  auto const n = static_cast<double>(std::max<std::size_t>(1, ranks));
  for (auto* const sum : {&mrr, &mean_rank, &hits_at_1, &hits_at_3, &hits_at_10}) *sum /= n;
}

void EntityScores::compute(std::span<Query const> queries) {
  std::size_t const size = view_.size, width = padded(queries.size());
  width_ = width + lanes;
  scores_.assign(view_.entities * width_, 0);
  std::vector<float> by_column(size * width_), row(size), squares(width_);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    view_.make_query(queries[i], row.data());
    for (std::size_t k = 0; k < size; ++k) {
      by_column[k * width_ + i] = row[k];
      squares[i] += row[k] * row[k];
    }
  }
  bool const distance = is_distance(view_.scoring);
  Team(threads_).run([&](std::size_t thread) {
    auto const [begin, end] = share_of(view_.entities, thread, threads_);
    for (std::size_t from = begin; from < end; from += tile) {
      std::size_t const rows = std::min(end, from + tile) - from;
      add_product(rows, width, size, {view_.entity_rows + from * size, size, 1}, {by_column.data(), width_},
                  {scores_.data() + from * width_, width_});
      for (std::size_t j = from; distance && j < from + rows; ++j) {
        float const* const entity = view_.entity_rows + j * size;
        float square = 0;
        for (std::size_t k = 0; k < size; ++k) square += entity[k] * entity[k];
        float* const score = scores_.data() + j * width_;
        for (std::size_t i = 0; i < width; ++i)
          score[i] = -std::sqrt(std::max(squares[i] + square - 2 * score[i], 0.0f));
      }
    }
  });
}

RankingReport rank_triples(Call const& call, EmbeddingView const& view, std::span<Triple const> triples,
                           QueryIndex const& known, std::size_t threads) {
  RankingReport report;
  auto const questions = questions_of(triples, view.relations);
  EntityScores scores(view, threads);
  std::vector<Query> queries;
  std::vector<double> better;
  for (std::size_t from = 0; from < questions.size(); from += EntityScores::block) {
    call.proceed();
    auto const block = std::span(questions).subspan(from, std::min(EntityScores::block, questions.size() - from));
    queries.clear();
    for (auto const& question : block) queries.push_back(question.query);
    scores.compute(queries);
    count_better(scores, block, view.entities, better);
    for (std::size_t i = 0; i < block.size(); ++i) report.add(1 + filtered(scores, i, block[i], known, better[i]));
  }
  report.finish();
  return report;
}

}  // namespace lepton::embed
