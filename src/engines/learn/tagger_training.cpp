#include "learn/tagger_training.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "learn/logistic_calibration.h"
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

class TaggerTrainer {
 public:
  TaggerTrainer(Call const& call, std::vector<LabelledDocument> const& train, std::vector<std::string> const& types,
                TaggerSources const& sources, TaggerOptions const& options, TaggerSink const& sink)
      : call_(call), train_(train), scheme_(types), options_(options), sink_(sink) {
    if (sources.names != nullptr) {
      arrays_.name_edges = sources.names->edges();
      arrays_.name_types = sources.names->types_of();
    }
    if (sources.classes != nullptr) arrays_.classes = class_slots(*sources.classes);
    knowledge_ = {text::Gazetteer(arrays_.name_edges, arrays_.name_types), runtime::ClassTable(arrays_.classes)};
    double const folds = options.stages == 2 ? options.folds : 0;
    total_rounds_ = options.crf.rounds * (1 + folds) + (options.stages == 2 ? options.second_crf.rounds : 0);
  }

  std::string run(std::vector<LabelledDocument> const& validation) {
    collect();
    auto const first = fit("first stage", examples_, dictionary_.hashes.size(), options_.crf);
    if (options_.stages == 1) {
      quantise({&first});
    } else {
      add_label_features(labels_by_others());
      auto const second =
          fit("second stage", examples_, dictionary_.hashes.size() + second_.hashes.size(), options_.second_crf);
      quantise({&first, &second});
    }
    settings_.types = scheme_.types();
    settings_.unit = options_.unit;
    settings_.stages = options_.stages;
    settings_.readings = options_.readings;
    if (!validation.empty()) calibrate(validation);
    return runtime::SequenceTagger::write(settings_, arrays_);
  }

 private:
  ChainWeights fit(std::string const& stage, ChainExamples const& examples, std::size_t features,
                   CrfOptions const& options) {
    return train_chain(call_, examples, features, scheme_.labels(), options, [&](int round, double loss) {
      ++rounds_;
      if (sink_) sink_(stage, round, loss, rounds_ / total_rounds_);
      return true;
    });
  }

  /// First-stage features of every token, and which are kept.
  void collect() {
    TagFeatures features(options_.unit, knowledge_);
    Harvest harvest;
    runtime::FeatureList list;
    for (auto const& [document, labels] : train_) {
      call_.proceed();
      (void)features.read(document);
      for (std::uint32_t token = 0; token < labels.size(); ++token) {
        list.clear();
        for (int offset = -TagFeatures::reach; offset <= TagFeatures::reach; ++offset)
          features.add_word_features(features.word_at(token, offset), offset, list);
        features.add_token_features(token, list);
        harvest.hashes.insert(harvest.hashes.end(), list.hashes.begin(), list.hashes.end());
        harvest.token_begin.push_back(harvest.hashes.size());
        examples_.labels.push_back(labels[token]);
      }
      for (std::size_t sentence = 0; sentence < document.sentences.size(); ++sentence)
        examples_.sentence_begin.push_back(
            static_cast<std::uint32_t>(examples_.labels.size() - labels.size() + document.end_of(sentence)));
    }
    dictionary_ = frequent(harvest, options_.least_count, 0);
    number(harvest, dictionary_, examples_);
  }

  static void number(Harvest const& harvest, Dictionary const& dictionary, ChainExamples& examples) {
    Index const index(dictionary.slots);
    examples.features.clear();
    examples.token_begin.assign(1, 0);
    for (std::size_t token = 0; token + 1 < harvest.token_begin.size(); ++token) {
      for (auto i = harvest.token_begin[token]; i < harvest.token_begin[token + 1]; ++i)
        if (auto const* const known = index.find(harvest.hashes[i])) examples.features.push_back(*known);
      examples.token_begin.push_back(examples.features.size());
    }
  }

  /// The sentences of the documents that are, or are not, of the fold.
  [[nodiscard]] ChainExamples part(int fold, bool of_fold) const {
    ChainExamples out;
    std::size_t sentence = 0;
    for (std::size_t d = 0; d < train_.size(); ++d) {
      bool const wanted = (static_cast<int>(d % static_cast<std::size_t>(options_.folds)) == fold) == of_fold;
      for (std::size_t s = 0; s < train_[d].document.sentences.size(); ++s, ++sentence) {
        if (!wanted) continue;
        for (auto token = examples_.sentence_begin[sentence]; token < examples_.sentence_begin[sentence + 1]; ++token) {
          auto const ids = examples_.token(token);
          out.features.insert(out.features.end(), ids.begin(), ids.end());
          out.token_begin.push_back(out.features.size());
          out.labels.push_back(examples_.labels[token]);
        }
        out.sentence_begin.push_back(static_cast<std::uint32_t>(out.labels.size()));
      }
    }
    return out;
  }

  /// Labels of every document by a model that was trained without it.
  std::vector<std::vector<std::uint8_t>> labels_by_others() {
    std::vector<std::vector<std::uint8_t>> labels(train_.size());
    for (int fold = 0; fold < options_.folds; ++fold) {
      auto const weights =
          fit(fmt::format("fold {}", fold + 1), part(fold, false), dictionary_.hashes.size(), options_.crf);
      auto const found = decode_chain(part(fold, true), weights);
      std::size_t at = 0;
      for (auto d = static_cast<std::size_t>(fold); d < train_.size(); d += static_cast<std::size_t>(options_.folds)) {
        auto const tokens = train_[d].labels.size();
        labels[d].assign(found.begin() + static_cast<long>(at), found.begin() + static_cast<long>(at + tokens));
        at += tokens;
      }
    }
    return labels;
  }

  /// Appends to each token what the labels of the first pass say.
  void add_label_features(std::vector<std::vector<std::uint8_t>> const& labels) {
    TagFeatures features(options_.unit, knowledge_);
    Harvest harvest;
    runtime::FeatureList list;
    for (std::size_t d = 0; d < train_.size(); ++d) {
      call_.proceed();
      (void)features.read(train_[d].document);
      features.read_labels(labels[d]);
      for (std::uint32_t token = 0; token < labels[d].size(); ++token) {
        list.clear();
        features.add_label_features(token, list);
        harvest.hashes.insert(harvest.hashes.end(), list.hashes.begin(), list.hashes.end());
        harvest.token_begin.push_back(harvest.hashes.size());
      }
    }
    second_ = frequent(harvest, options_.least_count, static_cast<std::uint32_t>(dictionary_.hashes.size()));
    Index const index(second_.slots);
    ChainExamples joined;
    joined.labels = std::move(examples_.labels);
    joined.sentence_begin = std::move(examples_.sentence_begin);
    for (std::size_t token = 0; token < joined.labels.size(); ++token) {
      auto const own = examples_.token(token);
      joined.features.insert(joined.features.end(), own.begin(), own.end());
      for (auto i = harvest.token_begin[token]; i < harvest.token_begin[token + 1]; ++i)
        if (auto const* const known = index.find(harvest.hashes[i])) joined.features.push_back(*known);
      joined.token_begin.push_back(joined.features.size());
    }
    examples_ = std::move(joined);
  }

  /// Weights of all stages as 16-bit multiples of one unit; features that weigh nothing are left out.
  void quantise(std::vector<ChainWeights const*> const& stages) {
    float most = 1e-6f;
    for (auto const* stage : stages)
      for (auto const weight : stage->rows) most = std::max(most, std::abs(weight));
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
    for (auto const* stage : stages) {
      auto const whole = whole_transitions(*stage, unit);
      arrays_.transitions.insert(arrays_.transitions.end(), whole.begin(), whole.end());
    }
    settings_.scale = unit;
  }

  void calibrate(std::vector<LabelledDocument> const& validation) {
    auto const tagger = runtime::SequenceTagger::parse(runtime::SequenceTagger::write(settings_, arrays_));
    std::vector<std::pair<double, bool>> scored;
    for (auto const& [document, labels] : validation) {
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
  std::vector<LabelledDocument> const& train_;
  runtime::TagScheme scheme_;
  TaggerOptions options_;
  TaggerSink const& sink_;
  runtime::TaggerArrays arrays_;
  runtime::TaggerSettings settings_;
  runtime::TagKnowledge knowledge_;
  ChainExamples examples_;
  Dictionary dictionary_, second_;
  double rounds_ = 0, total_rounds_ = 1;
};

}  // namespace

std::vector<runtime::ClassTable::Slot> class_slots(text::ClassLexicon const& classes) {
  std::vector<std::pair<std::uint64_t, runtime::ClassEntry>> entries;
  for (std::uint32_t i = 0; i < classes.size(); ++i) {
    auto const& [coarse, middle, fine] = classes.classes(i);
    auto const rank = static_cast<std::uint16_t>(std::min(i, 65535u));
    entries.emplace_back(text::hash64(classes.word(i)), runtime::ClassEntry{coarse, middle, fine, rank});
  }
  return runtime::ClassTable::build(entries);
}

std::string train_tagger(Call const& call, std::vector<LabelledDocument> const& train,
                         std::vector<LabelledDocument> const& validation, std::vector<std::string> const& types,
                         TaggerSources const& sources, TaggerOptions const& options, TaggerSink const& sink) {
  if (options.stages == 2 && train.size() < static_cast<std::size_t>(options.folds))
    throw invalid(fmt::format("a second stage needs at least {} documents: take one stage", options.folds));
  return TaggerTrainer(call, train, types, sources, options, sink).run(validation);
}

}  // namespace lepton::learn
