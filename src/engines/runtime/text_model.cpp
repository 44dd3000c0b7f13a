#include "runtime/text_model.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "text/utf8.h"

namespace lepton::runtime {
namespace {

constexpr std::size_t most_reasons = 10;

Signature signature_for(Task task, std::string const& text_column, std::string const& target) {
  Signature signature;
  signature.task = task;
  signature.target = target;
  signature.inputs = {{text_column, DataType::bytes, false, "text in UTF-8"}};
  return signature;
}

/// The column of texts, which is the only one.
std::vector<std::string> const& texts_of(RowsView input) {
  return input.texts[0];
}

class TextModel final : public Model {
 public:
  TextModel(LinearText text, Signature signature) : Model(std::move(signature)), text_(std::move(text)) {}

  [[nodiscard]] std::string_view platform() const override { return LinearText::kind; }
  [[nodiscard]] std::size_t memory_bytes() const override { return text_.memory_bytes(); }

 private:
  void run(RowsView input, Prediction& out) const override {
    out.texts.resize(signature().outputs.size());
    auto const& classes = text_.settings().classes;
    bool const several = text_.settings().several;
    std::size_t const before = several ? 1 : 2;  // places of a row before its probabilities
    for (std::size_t row = 0; row < input.rows(); ++row) {
      auto const answer = text_.classify(texts_of(input)[row]);
      auto* const values = out.values.data() + row * out.columns;
      out.texts[0].push_back(several ? names_of(answer.holds) : classes[answer.best]);
      if (!several) values[1] = answer.probability;
      for (std::size_t i = 0; i < classes.size(); ++i) values[before + i] = answer.probabilities[i];
      if (before + classes.size() < out.columns) values[before + classes.size()] = answer.in_scope ? 1 : 0;
    }
  }

  [[nodiscard]] std::string names_of(std::vector<std::uint32_t> const& holds) const {
    json::Array names;
    for (auto const one : holds) names.emplace_back(text_.settings().classes[one]);
    return json::write(names);
  }

  /// The class that was answered; of several, each that holds, or the likeliest when none does.
  [[nodiscard]] std::vector<Explanation> explain_row(RowsView input, std::size_t row) const override {
    auto const& text = texts_of(input)[row];
    auto const answer = text_.classify(text);
    std::vector<float> nothing;
    text_.margins("", nothing);
    std::vector<Explanation> out;
    for (auto const one : answer.holds.empty() ? std::vector{answer.best} : answer.holds) {
      Explanation explanation{text_.settings().classes[one], nothing[one], {}};
      for (auto& [term, weight] : text_.explain(text, one, most_reasons))
        explanation.contributions.push_back({std::move(term), weight});
      out.push_back(std::move(explanation));
    }
    return out;
  }

  LinearText text_;
};

/// Where bytes of a text stand, in characters. Places are asked for in the order of the text.
class Characters {
 public:
  explicit Characters(std::string_view text) : text_(text) {}
  [[nodiscard]] std::int64_t at(std::size_t byte) {
    count_ += static_cast<std::int64_t>(text::length(text_.substr(byte_, byte - byte_)));
    byte_ = byte;
    return count_;
  }

 private:
  std::string_view text_;
  std::size_t byte_ = 0;
  std::int64_t count_ = 0;
};

class EntityModel final : public Model {
 public:
  EntityModel(SequenceTagger tagger, Signature signature) : Model(std::move(signature)), tagger_(std::move(tagger)) {}

  [[nodiscard]] std::string_view platform() const override { return SequenceTagger::kind; }
  [[nodiscard]] std::size_t memory_bytes() const override { return tagger_.memory_bytes(); }

 private:
  void run(RowsView input, Prediction& out) const override {
    auto const readings = tagger_.settings().readings;
    out.texts.resize(readings == 0 ? 1 : 2);
    for (auto const& text : texts_of(input)) {
      out.texts[0].push_back(entities_of(text));
      if (readings > 0) out.texts[1].push_back(readings_of(text, static_cast<std::size_t>(readings)));
    }
  }

  // Four digits: more are noise, and a shorter record of each decision.
  [[nodiscard]] static double rounded(float probability) {
    return std::round(static_cast<double>(probability) * 1e4) / 1e4;
  }

  [[nodiscard]] json::Object entity(std::string_view text, Characters& characters, text::Span span,
                                    std::uint32_t type) const {
    auto const begin = characters.at(span.begin), end = characters.at(span.end);
    return {{"begin", begin}, {"end", end}, {"text", span.of(text)}, {"type", tagger_.scheme().types()[type]}};
  }

  [[nodiscard]] std::string entities_of(std::string_view text) const {
    json::Array entities;
    Characters characters(text);
    for (auto const& mention : tagger_.tag(text)) {
      auto found = entity(text, characters, mention.span, mention.type);
      found["confidence"] = rounded(mention.confidence);
      entities.push_back(std::move(found));
    }
    return json::write(entities);
  }

  /// An entry for each sentence: its best readings with their probabilities.
  [[nodiscard]] std::string readings_of(std::string_view text, std::size_t count) const {
    auto const document = tagger_.cut(text);
    json::Array sentences;
    for (auto const& readings : tagger_.readings(document, count)) {
      json::Array ways;
      for (auto const& reading : readings) {
        json::Array entities;
        Characters characters(text);
        for (auto const& span : reading.spans)
          entities.push_back(entity(text, characters, SequenceTagger::bytes_of(document, text, span), span.type));
        ways.push_back(json::Object{{"probability", rounded(reading.probability)}, {"entities", std::move(entities)}});
      }
      sentences.push_back(std::move(ways));
    }
    return json::write(sentences);
  }

  [[nodiscard]] std::vector<Explanation> explain_row(RowsView input, std::size_t row) const override {
    auto const& text = texts_of(input)[row];
    auto const document = tagger_.cut(text);
    std::vector<Explanation> out;
    for (auto const& span : TagScheme::decode(tagger_.label(document))) {
      auto const label = TagScheme::label(span.end - span.begin == 1 ? TagScheme::unit : TagScheme::begin, span.type);
      Explanation explanation{fmt::format("{} {}", tagger_.scheme().types()[span.type],
                                          SequenceTagger::bytes_of(document, text, span).of(text)),
                              0,
                              {}};
      for (auto& [feature, weight] : tagger_.explain(document, span.begin, label)) {
        if (explanation.contributions.size() == most_reasons) break;
        explanation.contributions.push_back({std::move(feature), weight});
      }
      out.push_back(std::move(explanation));
    }
    return out;
  }

  SequenceTagger tagger_;
};

}  // namespace

Signature signature_of(LinearTextSettings const& settings, std::string const& text_column, std::string const& target) {
  auto signature =
      signature_for(settings.several ? Task::text_labelling : Task::text_classification, text_column, target);
  Column const probabilities{"probabilities", DataType::fp64, false, "of each class", settings.classes};
  if (settings.several) {
    signature.outputs = {{"labels", DataType::bytes, false, "JSON array of the classes that hold"}, probabilities};
    return signature;
  }
  signature.outputs = {{"label", DataType::bytes, false, "the likeliest class"},
                       {"probability", DataType::fp64, false, "of that class"},
                       probabilities};
  if (settings.reject_below > LinearTextSettings::never_reject)
    signature.outputs.push_back({"in_scope", DataType::boolean, false, "false: unlike everything that was learnt"});
  return signature;
}

Signature signature_of(TaggerSettings const& settings, std::string const& text_column, std::string const& target) {
  auto signature = signature_for(Task::text_entities, text_column, target);
  signature.outputs = {
      {"entities", DataType::bytes, false, "JSON array of begin and end (in characters), text, type and confidence"}};
  if (settings.readings > 0)
    signature.outputs.push_back({"readings", DataType::bytes, false,
                                 "JSON array of sentences: each an array of its best readings, with the probability "
                                 "that all entities of the reading and no others are right"});
  return signature;
}

std::unique_ptr<Model> load_linear_text(std::string_view artifact, Signature signature) {
  auto text = LinearText::parse(artifact);
  require_agreement(signature, signature_of(text.settings(), "", ""));
  return std::make_unique<TextModel>(std::move(text), std::move(signature));
}

std::unique_ptr<Model> load_sequence_tagger(std::string_view artifact, Signature signature) {
  auto tagger = SequenceTagger::parse(artifact);
  require_agreement(signature, signature_of(tagger.settings(), "", ""));
  return std::make_unique<EntityModel>(std::move(tagger), std::move(signature));
}

}  // namespace lepton::runtime
