#include "embed/link/embedding_training.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <optional>
#include <random>

#include "base/error.h"
#include "embed/link/training_batch.h"

namespace lepton::embed {
namespace {

bool may_proceed(Call const& call) {
  try {
    call.proceed();
    return true;
  } catch (Error const&) {
    return false;  // thrown again where no other thread waits
  }
}

template <typename Value>
void shuffle(std::vector<Value>& order, std::mt19937_64& random) {
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
}

EmbeddingView shape_of(EmbeddingData const& data, EmbeddingOptions const& options) {
  EmbeddingView shape;
  shape.scoring = options.scoring;
  shape.reciprocal = options.reciprocal;
  shape.entities = data.entities;
  shape.relations = data.relations;
  shape.size = static_cast<std::size_t>(options.dimension);
  return shape;
}

class Training {
 public:
  Training(Call const& call, EmbeddingData const& data, EmbeddingOptions const& options)
      : call_(call),
        data_(data),
        options_(options),
        shape_(shape_of(data, options)),
        index_(data.train, data.relations),
        parts_(question_parts(index_, static_cast<std::size_t>(options.answers))),
        entities_(shape_.entities, shape_.size),
        relations_(shape_.relation_row_count(), shape_.size),
        batch_(index_, shape_, options),
        answers_(layer_options(options.objective), static_cast<std::size_t>(options.threads)),
        relation_answers_(layer_options(Loss::softmax), static_cast<std::size_t>(options.threads)),
        random_(static_cast<std::uint64_t>(options.seed)),
        team_{static_cast<std::size_t>(options.threads)} {
    if (!data.validation.empty()) {
      std::span<Triple const> const lists[] = {data.train, data.validation};
      known_.emplace(lists, data.relations);
    }
    begin_at_random();
  }

  Embeddings run(EmbeddingSink const& sink) {
    Embeddings best;
    std::int64_t since = 0, epoch = 0;
    while (epoch < options_.epochs) {
      run_epoch();
      ++epoch;
      bool const validates = known_ && (epoch % options_.validate_every == 0 || epoch == options_.epochs);
      if (!validates) {
        if (sink) sink({epoch, nullptr});
        continue;
      }
      auto const report = rank_triples(call_, view(), data_.validation, *known_, team_.threads());
      if (sink) sink({epoch, &report});
      if (report.mrr > best.validation_mrr) {
        best = result(epoch, report.mrr);
        since = 0;
      } else if (++since == options_.patience) {
        break;
      }
    }
    if (best.entity_rows.empty()) best = result(epoch, 0);
    best.epochs = epoch;
    return best;
  }

 private:
  [[nodiscard]] LayerOptions layer_options(Loss loss) const {
    return {shape_.size, is_distance(options_.scoring), loss, static_cast<float>(options_.margin),
            static_cast<float>(options_.temperature)};
  }
  [[nodiscard]] EmbeddingView view() const {
    auto view = shape_;
    view.entity_rows = entities_.row(0);
    view.relation_rows = relations_.row(0);
    return view;
  }
  [[nodiscard]] Embeddings result(std::int64_t epoch, double mrr) const {
    Embeddings out;
    out.options = options_;
    out.entities = data_.entities;
    out.relations = data_.relations;
    out.entity_rows = entities_.values();
    out.relation_rows = relations_.values();
    out.best_epoch = epoch;
    out.validation_mrr = mrr;
    return out;
  }

  void begin_at_random() {
    std::normal_distribution<float> normal(0, static_cast<float>(options_.spread));
    std::uniform_real_distribution<float> angle(-std::numbers::pi_v<float>, std::numbers::pi_v<float>);
    for (auto& value : entities_.values()) value = normal(random_);
    for (auto& value : relations_.values())
      value = options_.scoring == Scoring::rotate ? angle(random_) : normal(random_);
  }

  void run_epoch() {
    auto order = parts_;
    shuffle(order, random_);
    bool go_on = true;
    team_.run([&](std::size_t thread) {
      auto const size = static_cast<std::size_t>(options_.batch);
      for (std::size_t from = 0; from < order.size(); from += size) {
        if (thread == 0) {
          go_on = may_proceed(call_);
          if (go_on) prepare(std::span(order).subspan(from, std::min(size, order.size() - from)));
        }
        team_.step();
        if (!go_on) return;
        learn_batch(thread);
      }
    });
    call_.proceed();
  }

  void prepare(std::span<QuestionPart const> parts) {
    batch_.fill(parts, random_);
    auto const weight = 1 / static_cast<float>(batch_.triples);
    answers_.begin(batch_.queries.size(), batch_.candidates, batch_.offsets, batch_.targets, weight);
    std::vector<Target> relation_targets;
    for (std::uint32_t i = 0; i < batch_.pairs.size(); ++i)
      relation_targets.push_back({i, batch_.pairs[i].relation_row});
    auto const relation_weight = static_cast<float>(options_.relation_weight) * weight * batch_.pair_weight;
    relation_answers_.begin(batch_.pairs.size(), batch_.relation_rows, {}, std::move(relation_targets),
                            relation_weight);
    gather_extra();
  }

  /// Where the gradients of sources, relations and pairs will stand, and what they are for.
  void gather_extra() {
    std::size_t const size = shape_.size, queries = batch_.queries.size(), pairs = batch_.pairs.size();
    of_parts_.resize((2 * queries + 2 * pairs) * size);
    std::vector<ExtraGradient> of_entities, of_relations;
    for (std::size_t i = 0; i < queries; ++i) {
      of_entities.push_back({batch_.sources[i], of_source(i)});
      of_relations.push_back({batch_.relation_places[i], of_relation(i)});
    }
    for (std::size_t i = 0; i < pairs; ++i) {
      of_entities.push_back({batch_.pairs[i].head_candidate, of_head(i)});
      of_entities.push_back({batch_.pairs[i].tail_candidate, of_tail(i)});
    }
    answers_.set_extra(of_entities, batch_.occurrences);
    relation_answers_.set_extra(of_relations, batch_.relation_occurrences);
  }
  [[nodiscard]] float* of_source(std::size_t i) { return of_parts_.data() + i * shape_.size; }
  [[nodiscard]] float* of_relation(std::size_t i) { return of_source(batch_.queries.size() + i); }
  [[nodiscard]] float* of_head(std::size_t i) { return of_source(2 * batch_.queries.size() + i); }
  [[nodiscard]] float* of_tail(std::size_t i) { return of_source(2 * batch_.queries.size() + batch_.pairs.size() + i); }

  void learn_batch(std::size_t thread) {
    ask(thread);
    team_.step();
    answers_.score(thread, entities_);
    relation_answers_.score(thread, relations_);
    team_.step();
    answers_.sum(thread);
    relation_answers_.sum(thread);
    team_.step();
    answers_.differentiate(thread, entities_);
    relation_answers_.differentiate(thread, relations_);
    team_.step();
    differentiate_parts(thread);
    team_.step();
    auto const rate = static_cast<float>(options_.rate);
    auto const cubes = static_cast<float>(options_.cubes / static_cast<double>(batch_.triples));
    bool const complex = options_.scoring == Scoring::complex;
    answers_.learn(thread, entities_, rate, cubes, complex);
    relation_answers_.learn(thread, relations_, rate, cubes, complex);
    team_.step();
  }

  void ask(std::size_t thread) {
    auto const now = view();
    auto const share = answers_.share(thread);
    for (auto i = share.begin; i < share.end; ++i) now.make_query(batch_.queries[i], answers_.query(i));
    answers_.finish_queries(thread);
    auto const pair_share = relation_answers_.share(thread);
    for (auto i = pair_share.begin; i < pair_share.end; ++i)
      make_pair(shape_.scoring, shape_.size, now.entity(batch_.pairs[i].head), now.entity(batch_.pairs[i].tail),
                relation_answers_.query(i));
    relation_answers_.finish_queries(thread);
  }

  void differentiate_parts(std::size_t thread) {
    auto const now = view();
    std::vector<float> gradient(shape_.size);
    auto const share = answers_.share(thread);
    for (auto i = share.begin; i < share.end; ++i) {
      auto const query = batch_.queries[i];
      answers_.query_gradient(i, gradient.data());
      query_gradient(shape_.scoring, shape_.size, now.entity(query.source), now.relation(query), now.inverse(query),
                     gradient.data(), of_source(i), of_relation(i));
    }
    auto const pair_share = relation_answers_.share(thread);
    for (auto i = pair_share.begin; i < pair_share.end; ++i) {
      auto const& pair = batch_.pairs[i];
      relation_answers_.query_gradient(i, gradient.data());
      pair_gradient(shape_.scoring, shape_.size, now.entity(pair.head), now.entity(pair.tail), gradient.data(),
                    of_head(i), of_tail(i));
    }
  }

  Call const& call_;
  EmbeddingData data_;
  EmbeddingOptions options_;
  EmbeddingView shape_;
  QueryIndex index_;
  std::vector<QuestionPart> parts_;
  std::optional<QueryIndex> known_;
  LearntTable entities_, relations_;
  TrainingBatch batch_;
  AnswerLayer answers_, relation_answers_;
  std::vector<float> of_parts_;
  std::mt19937_64 random_;
  Team team_;
};

void check_data(EmbeddingData const& data, EmbeddingOptions const& options, std::size_t memory_limit) {
  if (data.train.empty()) throw invalid("there are no triples to learn from");
  if (data.entities < 2) throw invalid(fmt::format("the graph has {} entities, expected at least 2", data.entities));
  require_in_range(data.train, data.entities, data.relations, "training triples");
  require_in_range(data.validation, data.entities, data.relations, "validation triples");
  auto const size = static_cast<double>(options.dimension);
  double const rows = data.entities + (options.reciprocal ? 2.0 : 1.0) * data.relations;
  double const candidates = options.candidates == 0 ? data.entities : static_cast<double>(options.candidates);
  double const bytes = rows * size * 12 + candidates * static_cast<double>(options.batch) * 8;
  if (bytes > static_cast<double>(memory_limit))
    throw exhausted(fmt::format(
        "the vectors of {} entities and {} relations with dimension {} take {:.0f} MB, at most "
        "{:.0f} are allowed: choose a smaller dimension, or candidates",
        data.entities, data.relations, options.dimension, bytes / 1e6, static_cast<double>(memory_limit) / 1e6));
}

}  // namespace

EmbeddingView Embeddings::view() const {
  EmbeddingView out;
  out.scoring = options.scoring;
  out.reciprocal = options.reciprocal;
  out.entities = entities;
  out.relations = relations;
  out.size = static_cast<std::size_t>(options.dimension);
  out.entity_rows = entity_rows.data();
  out.relation_rows = relation_rows.data();
  return out;
}

Embeddings train_embeddings(Call const& call, EmbeddingData const& data, EmbeddingOptions const& options,
                            EmbeddingSink const& sink, std::size_t memory_limit) {
  check_options(options);
  check_data(data, options, memory_limit);
  return Training(call, data, options).run(sink);
}

}  // namespace lepton::embed
