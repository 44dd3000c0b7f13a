#include "learn/tagger_training.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "learn/logistic_calibration.h"
#include "learn/tagging_report.h"
#include "text/hash.h"

namespace lepton::learn {
namespace {

using Index = text::HashedTable<std::uint32_t>;
using runtime::TagFeatures;

constexpr std::size_t least_spans_to_calibrate = 20;

/// Features of all documents as hashes, before it is known which of them are kept.
struct Harvest {
  std::vector<std::uint64_t> hashes;
  std::vector<std::uint64_t> token_begin{0};

  /// A token more.
  void add(runtime::FeatureList const& list) {
    hashes.insert(hashes.end(), list.hashes.begin(), list.hashes.end());
    token_begin.push_back(hashes.size());
  }
};

/// Which features are kept, by number.
struct Dictionary {
  std::vector<std::uint64_t> hashes;  ///< sorted
  std::vector<Index::Slot> slots;
};

Dictionary frequent(Harvest const& harvest, std::uint32_t least_count, std::uint32_t first_number) {
  auto sorted = harvest.hashes;
  std::sort(sorted.begin(), sorted.end());
  Dictionary kept;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> entries;
  for (std::size_t i = 0, next = 0; i < sorted.size(); i = next) {
    while (next < sorted.size() && sorted[next] == sorted[i]) ++next;
    if (next - i < least_count) continue;
    entries.emplace_back(sorted[i], first_number + static_cast<std::uint32_t>(kept.hashes.size()));
    kept.hashes.push_back(sorted[i]);
  }
  kept.slots = Index::build(entries);
  return kept;
}

/// Writes down what a layer sees of documents.
class ContextReader {
 public:
  /// Without a vector there is nothing to write.
  ContextReader(runtime::ContextShape shape, ContextTables& tables) : shape_(shape), tables_(tables) {}

  /// `begins_anew`: the features have forgotten the numbers of words.
  void read(TagFeatures const& features, bool begins_anew, std::uint32_t tokens, ChainExamples& examples) {
    if (shape_.vector == 0) return;
    if (begins_anew) rows_.clear();
    examples.shape = shape_;
    examples.tables = &tables_;
    auto const document = static_cast<std::uint32_t>(tables_.topics.size() / shape_.vector);
    features.read_topic(grown(tables_.topics, shape_.vector));
    for (std::uint32_t token = 0; token < tokens; ++token) {
      auto const next = static_cast<std::uint32_t>(tables_.words.size() / shape_.word());
      auto const [row, is_new] = rows_.try_emplace(features.word_at(token, 0), next);
      if (is_new) features.read_word_numbers(row->first, grown(tables_.words, shape_.word()));
      examples.context.push_back({row->second, document, features.lists_at(token)});
    }
  }

 private:
  static std::span<float> grown(std::vector<float>& table, std::size_t size) {
    table.resize(table.size() + size);
    return std::span(table).last(size);
  }

  runtime::ContextShape shape_;
  ContextTables& tables_;
  std::unordered_map<std::uint32_t, std::uint32_t> rows_;
};

class TaggerTrainer {
 public:
  TaggerTrainer(Call const& call, std::vector<LabelledDocument> const& train,
                std::vector<LabelledDocument> const& validation, std::vector<std::string> const& types,
                TaggerSources const& sources, TaggerOptions const& options, TaggerSink const& sink)
      : call_(call), train_(train), validation_(validation), scheme_(types), options_(options), sink_(sink) {
    if (sources.names != nullptr) {
      arrays_.name_edges = sources.names->edges();
      arrays_.name_types = sources.names->types_of();
    }
    if (sources.words != nullptr) take_words(*sources.words);
    knowledge_ = {text::Gazetteer(arrays_.name_edges, arrays_.name_types), runtime::ClassTable(arrays_.classes),
                  arrays_.vectors, settings_.vector};
    double const folds = options.stages == 2 ? options.folds : 0;
    total_rounds_ = options.crf.rounds * (1 + folds) + (options.stages == 2 ? options.second_crf.rounds : 0);
  }

  std::string run() {
    collect();
    auto const first = fit("first stage", examples_, dictionary_.hashes.size(), options_.crf);
    if (options_.stages == 1) {
      quantise({&first});
    } else {
      add_label_features(first);
      examples_.layer = first.context;
      auto const second =
          fit("second stage", examples_, dictionary_.hashes.size() + second_.hashes.size(), options_.second_crf);
      quantise({&first, &second});
    }
    settings_.types = scheme_.types();
    settings_.unit = options_.unit;
    settings_.stages = options_.stages;
    settings_.readings = options_.readings;
    if (!validation_.empty()) calibrate();
    return runtime::SequenceTagger::write(settings_, arrays_);
  }

 private:
  [[nodiscard]] runtime::ContextShape context_shape() const {
    return {settings_.vector, settings_.units, runtime::LinearChain::width_of(scheme_.labels())};
  }

  ChainWeights fit(std::string const& stage, ChainExamples const& examples, std::size_t features,
                   CrfOptions const& options) {
    auto const sink = [&, before = rounds_](CrfRound const& round) {  // rounds may begin anew
      rounds_ = before + round.number;
      if (round.best) best_round_ = round.number;
      if (sink_) sink_({stage, round, options.rounds, rounds_ / total_rounds_});
      return true;
    };
    auto const judge = [&](ChainWeights const& weights) {
      auto const found = decode_chain(held_out_, weights);
      TaggingEvaluation evaluation(scheme_);
      evaluation.add(found.size(), runtime::TagScheme::decode(held_out_.labels), runtime::TagScheme::decode(found));
      return evaluation.report().entity_f1;
    };
    return train_chain(call_, examples, features, scheme_.labels(), options, sink, judge);
  }

  /// Classes for features, vectors for the layer.
  void take_words(WordKnowledge const& words) {
    arrays_.classes = class_slots(words.classes);
    if (words.dimensions == 0 || options_.units == 0) return;
    settings_.vector = words.dimensions;
    settings_.units = options_.units;
    for (float const value : words.vectors)
      arrays_.vectors.push_back(static_cast<std::int16_t>(std::lround(value * 32767)));
  }

  /// First-stage features of every token, and which are kept.
  void collect() {
    auto const harvest = harvest_words(train_, examples_);
    dictionary_ = frequent(harvest, options_.least_count, 0);
    append(harvest, dictionary_, examples_);
    if (options_.crf.patience == 0 && options_.second_crf.patience == 0) return;
    append(harvest_words(validation_, held_out_), dictionary_, held_out_);
    auto const& labels = held_out_.labels;
    if (std::all_of(labels.begin(), labels.end(), [](auto label) { return label == runtime::TagScheme::outside; }))
      throw invalid("to stop early, the held-out documents must have names: give it more documents");
  }

  /// Features of every token; labels and sentences go to `examples`.
  Harvest harvest_words(std::vector<LabelledDocument> const& documents, ChainExamples& examples) {
    TagFeatures features(options_.unit, knowledge_);
    Harvest harvest;
    runtime::FeatureList list;
    ContextReader context(context_shape(), tables_);
    for (auto const& [document, labels] : documents) {
      call_.proceed();
      bool const begins_anew = features.read(document);
      context.read(features, begins_anew, static_cast<std::uint32_t>(labels.size()), examples);
      for (std::uint32_t token = 0; token < labels.size(); ++token) {
        list.clear();
        for (int offset = -TagFeatures::reach; offset <= TagFeatures::reach; ++offset)
          features.add_word_features(features.word_at(token, offset), offset, list);
        features.add_token_features(token, list);
        harvest.add(list);
        examples.labels.push_back(labels[token]);
      }
      for (std::size_t sentence = 0; sentence < document.sentences.size(); ++sentence)
        examples.sentence_begin.push_back(
            static_cast<std::uint32_t>(examples.labels.size() - labels.size() + document.end_of(sentence)));
    }
    return harvest;
  }

  /// What the labels of a first pass say of every token; `labels` are those of all documents in a row.
  Harvest harvest_labels(std::vector<LabelledDocument> const& documents,
                         std::vector<std::uint8_t> const& labels) const {
    TagFeatures features(options_.unit, knowledge_);
    Harvest harvest;
    runtime::FeatureList list;
    auto from = labels.begin();
    for (auto const& [document, actual] : documents) {
      call_.proceed();
      auto const to = from + static_cast<long>(actual.size());
      (void)features.read(document);
      features.read_labels({from, to});
      for (std::uint32_t token = 0; token < actual.size(); ++token) {
        list.clear();
        features.add_label_features(token, list);
        harvest.add(list);
      }
      from = to;
    }
    return harvest;
  }

  /// Gives each token, behind the features it has, those of the harvest that are kept.
  static void append(Harvest const& harvest, Dictionary const& dictionary, ChainExamples& examples) {
    Index const index(dictionary.slots);
    bool const first = examples.token_begin.size() == 1;
    std::vector<std::uint32_t> features;
    std::vector<std::uint64_t> token_begin{0};
    for (std::size_t token = 0; token + 1 < harvest.token_begin.size(); ++token) {
      if (!first) {
        auto const own = examples.token(token);
        features.insert(features.end(), own.begin(), own.end());
      }
      for (auto i = harvest.token_begin[token]; i < harvest.token_begin[token + 1]; ++i)
        if (auto const* const known = index.find(harvest.hashes[i])) features.push_back(*known);
      token_begin.push_back(features.size());
    }
    examples.features = std::move(features);
    examples.token_begin = std::move(token_begin);
  }

  /// The sentences of the documents that are, or are not, of the fold.
  [[nodiscard]] ChainExamples part(int fold, bool of_fold) const {
    ChainExamples out;
    out.shape = examples_.shape;
    out.tables = examples_.tables;
    std::size_t sentence = 0;
    for (std::size_t d = 0; d < train_.size(); ++d) {
      bool const wanted = is_of(fold, d) == of_fold;
      for (std::size_t s = 0; s < train_[d].document.sentences.size(); ++s, ++sentence) {
        if (!wanted) continue;
        for (auto token = examples_.sentence_begin[sentence]; token < examples_.sentence_begin[sentence + 1]; ++token) {
          auto const ids = examples_.token(token);
          out.features.insert(out.features.end(), ids.begin(), ids.end());
          out.token_begin.push_back(out.features.size());
          out.labels.push_back(examples_.labels[token]);
          if (out.tables != nullptr) out.context.push_back(examples_.context[token]);
        }
        out.sentence_begin.push_back(static_cast<std::uint32_t>(out.labels.size()));
      }
    }
    return out;
  }
  [[nodiscard]] bool is_of(int fold, std::size_t document) const {
    return static_cast<int>(document % static_cast<std::size_t>(options_.folds)) == fold;
  }

  /// Labels of every document by a model that was trained without it, all documents in a row.
  std::vector<std::uint8_t> labels_by_others(CrfOptions const& crf) {
    std::vector<std::uint8_t> labels(examples_.labels.size());
    for (int fold = 0; fold < options_.folds; ++fold) {
      auto const weights = fit(fmt::format("fold {}", fold + 1), part(fold, false), dictionary_.hashes.size(), crf);
      auto const found = decode_chain(part(fold, true), weights);
      auto from = found.begin();
      auto to = labels.begin();
      for (std::size_t d = 0; d < train_.size(); ++d) {
        auto const tokens = static_cast<long>(train_[d].labels.size());
        if (is_of(fold, d)) {
          std::copy_n(from, tokens, to);
          from += tokens;
        }
        to += tokens;
      }
    }
    return labels;
  }

  /// Appends to each token what the labels of the first pass say: of training documents, by models without them.
  void add_label_features(ChainWeights const& first) {
    auto crf = options_.crf;
    if (crf.patience > 0) crf.rounds = best_round_;
    crf.patience = 0;
    total_rounds_ = rounds_ + crf.rounds * options_.folds + options_.second_crf.rounds;
    auto const harvest = harvest_labels(train_, labels_by_others(crf));
    second_ = frequent(harvest, options_.least_count, static_cast<std::uint32_t>(dictionary_.hashes.size()));
    append(harvest, second_, examples_);
    if (!held_out_.labels.empty())
      append(harvest_labels(validation_, decode_chain(held_out_, first)), second_, held_out_);
  }

  /// Weights of all stages as 16-bit multiples of one unit; features that weigh nothing are left out.
  void quantise(std::vector<ChainWeights const*> const& stages) {
    // scores are whole numbers below 2²⁴: so are 40, which no label needs more of, and each transition
    float most = 40 * 32767.0f / (1 << 24);
    for (auto const* stage : stages) {
      for (auto const weight : stage->rows) most = std::max(most, std::abs(weight));
      for (auto const weight : stage->transitions) most = std::max(most, std::abs(weight) * 32767 / (1 << 24));
    }
    float const unit = most / 32767;
    auto const width = stages[0]->width;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> entries;
    auto const features = dictionary_.hashes.size() + second_.hashes.size();
    for (std::size_t feature = 0; feature < features; ++feature) {
      auto const begin = arrays_.rows.size();
      bool counts = false;
      for (auto const* stage : stages)
        for (std::size_t j = 0; j < width; ++j) {
          auto const at = feature * width + j;
          float const weight = at < stage->rows.size() ? stage->rows[at] : 0;
          counts |= std::abs(weight) > 1e-3f;
          arrays_.rows.push_back(static_cast<std::int16_t>(std::lround(weight / unit)));
        }
      if (!counts) {
        arrays_.rows.resize(begin);
        continue;
      }
      auto const hash = feature < dictionary_.hashes.size() ? dictionary_.hashes[feature]
                                                            : second_.hashes[feature - dictionary_.hashes.size()];
      entries.emplace_back(hash, static_cast<std::uint32_t>(begin / (width * stages.size())));
    }
    arrays_.features = Index::build(entries);
    join_layers(stages);
    for (auto const* stage : stages) {
      auto const whole = whole_transitions(*stage, unit);
      arrays_.transitions.insert(arrays_.transitions.end(), whole.begin(), whole.end());
    }
    settings_.scale = unit;
  }

  /// Inputs are those of the first stage; each unit has the outputs of all stages.
  void join_layers(std::vector<ChainWeights const*> const& stages) {
    auto const shape = context_shape();
    if (shape.vector == 0) return;
    auto const inputs = static_cast<std::ptrdiff_t>(shape.inputs() * shape.units);
    arrays_.context.assign(stages[0]->context.begin(), stages[0]->context.begin() + inputs);
    for (std::size_t unit = 0; unit < shape.units; ++unit)
      for (auto const* stage : stages) {
        auto const row = stage->context.begin() + inputs + static_cast<std::ptrdiff_t>(unit * shape.width);
        arrays_.context.insert(arrays_.context.end(), row, row + static_cast<std::ptrdiff_t>(shape.width));
      }
  }

  void calibrate() {
    auto const tagger = runtime::SequenceTagger::parse(runtime::SequenceTagger::write(settings_, arrays_));
    std::vector<std::pair<double, bool>> scored;
    for (auto const& [document, labels] : validation_) {
      call_.proceed();
      auto const actual = runtime::TagScheme::decode(labels);
      for (auto const& [span, probability] : tagger.label_scored(document))
        scored.emplace_back(probability, std::find(actual.begin(), actual.end(), span) != actual.end());
    }
    if (scored.size() < least_spans_to_calibrate) return;
    auto const line = fit_calibration(scored);
    settings_.slope = line.slope;
    settings_.shift = line.shift;
  }

  Call const& call_;
  std::vector<LabelledDocument> const &train_, &validation_;
  runtime::TagScheme scheme_;
  TaggerOptions options_;
  TaggerSink const& sink_;
  runtime::TaggerArrays arrays_;
  runtime::TaggerSettings settings_;
  runtime::TagKnowledge knowledge_;
  ChainExamples examples_, held_out_;
  Dictionary dictionary_, second_;
  ContextTables tables_;
  double rounds_ = 0, total_rounds_ = 1;
  int best_round_ = 0;  ///< of the latest stage
};

}  // namespace

std::vector<runtime::ClassTable::Slot> class_slots(text::ClassLexicon const& classes) {
  std::vector<std::pair<std::uint64_t, runtime::ClassEntry>> entries;
  for (std::uint32_t i = 0; i < classes.size(); ++i) {
    auto const& [coarse, middle, fine, company, fine_company] = classes.classes(i);
    auto const rank = static_cast<std::uint16_t>(std::min(i, 65535u));
    entries.emplace_back(text::hash64(classes.word(i)),
                         runtime::ClassEntry{coarse, middle, fine, company, fine_company, rank});
  }
  return runtime::ClassTable::build(entries);
}

std::string train_tagger(Call const& call, std::vector<LabelledDocument> const& train,
                         std::vector<LabelledDocument> const& validation, std::vector<std::string> const& types,
                         TaggerSources const& sources, TaggerOptions const& options, TaggerSink const& sink) {
  if (options.stages == 2 && train.size() < static_cast<std::size_t>(options.folds))
    throw invalid(fmt::format("a second stage needs at least {} documents: take one stage", options.folds));
  return TaggerTrainer(call, train, validation, types, sources, options, sink).run();
}

}  // namespace lepton::learn
