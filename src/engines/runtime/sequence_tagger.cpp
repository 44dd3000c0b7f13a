#include "runtime/sequence_tagger.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "base/check.h"
#include "base/error.h"
#include "base/guarded.h"
#include "base/json.h"
#include "text/english.h"

namespace lepton::runtime {
namespace {

constexpr std::size_t most_context_bytes = std::size_t{32} << 20;  // of words that a thread remembers between texts
static_assert(ContextShape::places == 2 * TagFeatures::reach + 1);

void add_row(std::int32_t* sum, std::span<std::int16_t const> row) {
  for (std::size_t i = 0; i < row.size(); ++i) sum[i] += row[i];
}

}  // namespace

/// What one thread needs while it tags; kept between texts for the words it has seen.
struct SequenceTagger::Scratch {
  explicit Scratch(SequenceTagger const& tagger) : features(tagger.settings_.unit, tagger.knowledge_) {}

  TagFeatures features;
  text::Breaker breaker{text::Breaker::Unit::sentence};
  FeatureList list;
  std::vector<std::vector<std::int32_t>> sums;  ///< per word: what it adds at each offset
  std::vector<std::int32_t> scores;             ///< per token: stages × width
  std::vector<std::int32_t> room;
  std::vector<std::uint8_t> labels;
  std::vector<std::vector<float>> word_units;  ///< per word: what it adds to the layer at each place
  std::vector<float> document_units;
  std::vector<float> numbers;
};

struct SequenceTagger::Pool {
  Guarded<std::vector<std::unique_ptr<Scratch>>> idle;
};

/// A scratch for the time of one call.
class SequenceTagger::Lease {
 public:
  explicit Lease(SequenceTagger const& tagger) : pool_(*tagger.pool_) {
    if (auto idle = pool_.idle.lock(); !idle->empty()) {
      scratch_ = std::move(idle->back());
      idle->pop_back();
    }
    if (!scratch_) scratch_ = std::make_unique<Scratch>(tagger);
  }
  ~Lease() { pool_.idle.lock()->push_back(std::move(scratch_)); }
  Lease(Lease const&) = delete;
  Lease& operator=(Lease const&) = delete;
  [[nodiscard]] Scratch& operator*() { return *scratch_; }

 private:
  Pool& pool_;
  std::unique_ptr<Scratch> scratch_;
};

std::string SequenceTagger::write(TaggerSettings const& settings, TaggerArrays const& arrays) {
  ModelFileWriter writer{std::string(kind), version};
  writer.add("settings", json::write(to_json(settings)));
  writer.add("features", arrays.features);
  writer.add("rows", arrays.rows);
  writer.add("transitions", arrays.transitions);
  writer.add("name edges", arrays.name_edges);
  writer.add("name types", arrays.name_types);
  writer.add("classes", arrays.classes);
  writer.add("vectors", arrays.vectors);
  writer.add("context", arrays.context);
  return writer.finish();
}

SequenceTagger SequenceTagger::parse(std::string_view artifact) {
  return SequenceTagger(ModelFile::parse(artifact, kind, version));
}

SequenceTagger SequenceTagger::open(std::filesystem::path const& path) {
  return SequenceTagger(ModelFile::open(path, kind, version));
}

SequenceTagger::SequenceTagger(ModelFile file) : file_(std::move(file)), pool_(std::make_unique<Pool>()) {
  settings_ = from_json<TaggerSettings>(json::parse(file_.section("settings")));
  if (settings_.stages < 1 || settings_.stages > 2 || !std::isfinite(settings_.scale) || settings_.scale <= 0 ||
      settings_.readings < 0 || settings_.readings > most_readings)
    throw invalid("the tagger's settings make no sense");
  scheme_ = TagScheme(settings_.types);
  width_ = LinearChain::width_of(scheme_.labels());
  stride_ = width_ * static_cast<std::size_t>(settings_.stages);
  using Slot = text::HashedTable<std::uint32_t>::Slot;
  auto const slots = [&](auto spans) {
    if (!spans.empty() && !std::has_single_bit(spans.size())) throw invalid("a table of the tagger has an odd size");
    return spans;
  };
  features_ = text::HashedTable<std::uint32_t>(slots(file_.array<Slot>("features")));
  rows_ = file_.array<std::int16_t>("rows");
  if (rows_.size() % stride_ != 0) throw invalid("the tagger's rows do not fit its labels");
  auto const transitions = file_.array<std::int32_t>("transitions");
  auto const per_stage = LinearChain::transitions_of(scheme_.labels());
  if (transitions.size() != per_stage * static_cast<std::size_t>(settings_.stages))
    throw invalid("the tagger's transitions do not fit its labels");
  for (int stage = 0; stage < settings_.stages; ++stage)
    chains_.emplace_back(scheme_.labels(), transitions.subspan(per_stage * static_cast<std::size_t>(stage), per_stage));
  knowledge_.gazetteer = text::Gazetteer(slots(file_.array<text::Gazetteer::Edges::Slot>("name edges")),
                                         file_.array<std::uint64_t>("name types"));
  knowledge_.classes = ClassTable(slots(file_.array<ClassTable::Slot>("classes")));
  read_layer();
}

void SequenceTagger::read_layer() {
  auto const weights = file_.array<float>("context");
  knowledge_.vectors = file_.array<std::int16_t>("vectors");
  knowledge_.vector_size = settings_.vector;
  if (settings_.vector == 0 && weights.empty()) return;
  ContextShape const shape{settings_.vector, settings_.units, stride_};
  bool good = settings_.vector >= 1 && settings_.vector <= ContextShape::most_vector && settings_.units >= 1 &&
              settings_.units <= ContextShape::most_units && weights.size() == shape.weights();
  for (float const weight : weights) good = good && std::isfinite(weight);
  if (!good) throw invalid("the weights of the tagger's layer over vectors do not fit its settings");
  layer_.emplace(shape, weights);
}

SequenceTagger::~SequenceTagger() = default;
SequenceTagger::SequenceTagger(SequenceTagger&&) noexcept = default;
SequenceTagger& SequenceTagger::operator=(SequenceTagger&&) noexcept = default;

std::span<std::int16_t const> SequenceTagger::row_of(std::uint64_t feature) const {
  auto const* const row = features_.find(feature);
  if (row == nullptr || (std::size_t{*row} + 1) * stride_ > rows_.size()) return {};
  return rows_.subspan(*row * stride_, stride_);
}

void SequenceTagger::score_token(Scratch& scratch, std::uint32_t token) const {
  constexpr int offsets = 2 * TagFeatures::reach + 1;
  auto* const sum = scratch.scores.data() + token * stride_;
  for (int offset = -TagFeatures::reach; offset <= TagFeatures::reach; ++offset) {
    auto const word = scratch.features.word_at(token, offset);
    if (scratch.sums.size() <= word) scratch.sums.resize(word + 1);
    auto& sums = scratch.sums[word];
    if (sums.empty()) {
      sums.assign(offsets * stride_, 0);
      for (int place = -TagFeatures::reach; place <= TagFeatures::reach; ++place) {
        scratch.list.clear();
        scratch.features.add_word_features(word, place, scratch.list);
        auto* const part = sums.data() + static_cast<std::size_t>(place + TagFeatures::reach) * stride_;
        for (auto const feature : scratch.list.hashes) add_row(part, row_of(feature));
      }
    }
    auto const* const part = sums.data() + static_cast<std::size_t>(offset + TagFeatures::reach) * stride_;
    for (std::size_t i = 0; i < stride_; ++i) sum[i] += part[i];
  }
  scratch.list.clear();
  scratch.features.add_token_features(token, scratch.list);
  for (auto const feature : scratch.list.hashes) features_.prefetch(feature);
  for (auto const feature : scratch.list.hashes) add_row(sum, row_of(feature));
}

float const* SequenceTagger::word_in_context(Scratch& scratch, std::uint32_t word) const {
  if (scratch.word_units.size() <= word) scratch.word_units.resize(word + 1);
  auto& units = scratch.word_units[word];
  if (units.empty()) {
    scratch.numbers.resize(layer_->shape().word());
    scratch.features.read_word_numbers(word, scratch.numbers);
    units = layer_->of_word(scratch.numbers);
  }
  return units.data();
}

void SequenceTagger::add_context(Scratch& scratch, std::uint32_t token, std::int32_t* sum) const {
  constexpr float most = 1 << 24;
  float const unit = 1 / settings_.scale;
  std::array<float const*, ContextShape::places> words{};
  for (std::size_t place = 0; place < words.size(); ++place)
    words[place] =
        word_in_context(scratch, scratch.features.word_at(token, static_cast<int>(place) - TagFeatures::reach));
  scratch.numbers.assign(stride_, 0.0F);
  layer_->add_scores(scratch.document_units, words, scratch.features.lists_at(token), scratch.numbers);
  for (std::size_t j = 0; j < stride_; ++j) {
    float const score = std::min(most, std::max(-most, scratch.numbers[j] * unit));  // of no number: -most
    sum[j] += static_cast<std::int32_t>(score < 0 ? score - 0.5F : score + 0.5F);
  }
}

void SequenceTagger::score(Scratch& scratch, TagDocument const& document) const {
  if (scratch.features.read(document)) {
    scratch.sums.clear();
    scratch.word_units.clear();
  }
  if (layer_) {
    if (scratch.word_units.size() * layer_->bytes_of_word() > most_context_bytes) scratch.word_units.clear();
    scratch.numbers.resize(layer_->shape().vector);
    scratch.features.read_topic(scratch.numbers);
    scratch.document_units = layer_->of_document(scratch.numbers);
  }
  scratch.scores.assign(document.words.size() * stride_, 0);
  for (std::uint32_t token = 0; token < document.words.size(); ++token) {
    score_token(scratch, token);
    if (layer_) add_context(scratch, token, scratch.scores.data() + token * stride_);
  }
  decode(scratch, document, 0);
  if (settings_.stages == 2) {
    score_labels(scratch, document);
    decode(scratch, document, 1);
  }
}

void SequenceTagger::score_labels(Scratch& scratch, TagDocument const& document) const {
  scratch.features.read_labels(scratch.labels);
  for (std::uint32_t token = 0; token < document.words.size(); ++token) {
    scratch.list.clear();
    scratch.features.add_label_features(token, scratch.list);
    auto* const sum = scratch.scores.data() + token * stride_;
    for (auto const feature : scratch.list.hashes) add_row(sum, row_of(feature));
  }
}

std::span<std::int32_t const> SequenceTagger::sentence_scores(Scratch const& scratch, TagDocument const& document,
                                                              std::size_t sentence, std::vector<std::int32_t>& room,
                                                              int stage) const {
  auto const first = document.sentences[sentence], last = document.end_of(sentence);
  auto const* from = scratch.scores.data() + first * stride_ + static_cast<std::size_t>(stage) * width_;
  if (settings_.stages == 1) return {from, (last - first) * width_};
  room.resize((last - first) * width_);
  for (std::size_t token = 0; token < last - first; ++token)
    std::copy_n(from + token * stride_, width_, room.data() + token * width_);
  return room;
}

void SequenceTagger::decode(Scratch& scratch, TagDocument const& document, int stage) const {
  scratch.labels.clear();
  for (std::size_t sentence = 0; sentence < document.sentences.size(); ++sentence)
    chains_[static_cast<std::size_t>(stage)].decode(sentence_scores(scratch, document, sentence, scratch.room, stage),
                                                    scratch.labels);
}

std::vector<std::uint8_t> SequenceTagger::label(TagDocument const& document) const {
  Lease lease(*this);
  score(*lease, document);
  return (*lease).labels;
}

std::vector<SequenceTagger::Scored> SequenceTagger::label_scored(TagDocument const& document) const {
  Lease lease(*this);
  auto& scratch = *lease;
  score(scratch, document);
  std::vector<Scored> out;
  auto const spans = TagScheme::decode(scratch.labels);
  std::size_t sentence = 0, computed = document.sentences.size();
  std::optional<LinearChain::Marginals> marginals;
  for (auto const& span : spans) {
    while (document.end_of(sentence) <= span.begin) ++sentence;
    if (computed != sentence) {
      auto const stage = settings_.stages - 1;
      marginals.emplace(chains_.back(), sentence_scores(scratch, document, sentence, scratch.room, stage),
                        settings_.scale);
      computed = sentence;
    }
    auto const first = document.sentences[sentence];
    out.push_back({span, marginals->of_span({span.begin - first, span.end - first, span.type})});
  }
  return out;
}

float SequenceTagger::calibrated(float probability) const {
  double const p = std::clamp(static_cast<double>(probability), 1e-6, 1 - 1e-6);
  return static_cast<float>(1 / (1 + std::exp(-(settings_.slope * std::log(p / (1 - p)) + settings_.shift))));
}

TagDocument SequenceTagger::cut(std::string_view text) const {
  TagDocument document;
  Lease lease(*this);
  std::vector<text::Span> tokens;
  for (auto const sentence : (*lease).breaker.cut(text)) {
    tokens.clear();
    auto const part = sentence.of(text);
    if (settings_.unit == TagUnit::word) {
      text::tokenize_english(part, tokens);
    } else {
      tokens = text::characters(part);
    }
    if (tokens.empty()) continue;
    document.sentences.push_back(static_cast<std::uint32_t>(document.words.size()));
    for (auto const token : tokens) document.words.push_back(token.of(part));
  }
  return document;
}

std::vector<Mention> SequenceTagger::tag(std::string_view text) const {
  auto const document = cut(text);
  std::vector<Mention> mentions;
  for (auto const& [span, probability] : label_scored(document))
    mentions.push_back({bytes_of(document, text, span), span.type, calibrated(probability)});
  return mentions;
}

text::Span SequenceTagger::bytes_of(TagDocument const& document, std::string_view text, TagSpan const& span) {
  auto const& first = document.words[span.begin];
  auto const& last = document.words[span.end - 1];
  return {static_cast<std::uint32_t>(first.data() - text.data()),
          static_cast<std::uint32_t>(last.data() + last.size() - text.data())};
}

std::vector<std::vector<SequenceTagger::Reading>> SequenceTagger::readings(TagDocument const& document,
                                                                           std::size_t count) const {
  Lease lease(*this);
  auto& scratch = *lease;
  score(scratch, document);
  std::vector<std::vector<Reading>> out;
  for (std::size_t sentence = 0; sentence < document.sentences.size(); ++sentence) {
    auto const scores = sentence_scores(scratch, document, sentence, scratch.room, settings_.stages - 1);
    LinearChain::Marginals const marginals(chains_.back(), scores, settings_.scale);
    auto const first = document.sentences[sentence];
    auto& found = out.emplace_back();
    for (auto const& sequence : chains_.back().decode_best(scores, count)) {
      found.push_back({TagScheme::decode(sequence.labels), marginals.of_sequence(sequence.score)});
      for (auto& span : found.back().spans) {
        span.begin += first;
        span.end += first;
      }
    }
  }
  return out;
}

std::vector<Reason> SequenceTagger::explain(TagDocument const& document, std::uint32_t token,
                                            std::uint8_t label) const {
  check(token < document.words.size() && label < scheme_.labels(), "token and label exist");
  Lease lease(*this);
  auto& scratch = *lease;
  score(scratch, document);
  FeatureList list;
  list.keep_kinds = true;
  for (int offset = -TagFeatures::reach; offset <= TagFeatures::reach; ++offset)
    scratch.features.add_word_features(scratch.features.word_at(token, offset), offset, list);
  scratch.features.add_token_features(token, list);
  if (settings_.stages == 2) scratch.features.add_label_features(token, list);
  std::map<std::string, double> sums;
  auto const column = static_cast<std::size_t>(settings_.stages - 1) * width_ + label;
  for (std::size_t i = 0; i < list.hashes.size(); ++i)
    if (auto const row = row_of(list.hashes[i]); !row.empty())
      sums[TagFeatures::describe(list.kinds[i])] += static_cast<double>(row[column]) * settings_.scale;
  if (layer_) {
    std::vector<std::int32_t> added(stride_);
    add_context(scratch, token, added.data());
    sums["vectors of the words around"] = added[column] * static_cast<double>(settings_.scale);
  }
  std::vector<Reason> reasons;
  for (auto const& [feature, weight] : sums)
    if (weight != 0) reasons.push_back({feature, weight});
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](auto& a, auto& b) { return std::abs(a.weight) > std::abs(b.weight); });
  return reasons;
}

}  // namespace lepton::runtime
