// A tagger's file with changed bytes and a sound checksum: it tags to the end of the text, or is called damaged.
#include <cstdlib>

#include "base/error.h"
#include "learn/tagger_training.h"
#include "model_artifact.h"

namespace lepton::learn {
namespace {

/// A sound tagger to begin with: two stages, lists of names, classes and vectors of words.
std::string sound() {
  runtime::TagScheme const scheme({"LOC", "PER"});
  std::vector<LabelledDocument> documents;
  for (int i = 0; i < 8; ++i) {
    LabelledDocument made;
    made.document = {{i % 2 == 0 ? "Anna" : "Peter", "Smith", "of", i % 3 == 0 ? "Oslo" : "Lima", "said", "it", "."},
                     {0}};
    made.labels = scheme.encode(7, {{0, 2, 1}, {3, 4, 0}});
    documents.push_back(std::move(made));
  }
  text::GazetteerBuilder names;
  names.add("city", "oslo");
  names.add("person", "anna smith");
  names.build();
  WordKnowledge words;
  words.dimensions = 2;
  for (auto const* word : {"Anna", "Peter"}) {
    words.classes.add(word, {1, 2, 3, 4, 5});
    words.vectors.insert(words.vectors.end(), {1, 0});
  }
  TaggerOptions options;
  options.folds = 2;
  options.units = 16;
  options.crf.rounds = options.second_crf.rounds = 3;
  SystemClock const clock;
  return train_tagger(system_call(clock), documents, {}, scheme.types(), {&names, &words}, options);
}

void check_bytes(std::string_view input) {
  static std::string const ground = sound();
  constexpr std::string_view text = "ANNA SMITH SAID IT\n\nAnna Smith of Oslo met Peter. Lima said it, Anna Smith's.";
  try {
    auto const tagger = runtime::SequenceTagger::parse(runtime::changed_artifact(ground, input));
    for (auto const& mention : tagger.tag(text))
      if (mention.span.end > text.size() || mention.type >= tagger.scheme().types().size()) std::abort();
    auto const document = tagger.cut(text);
    (void)tagger.readings(document, 3);
    if (!document.words.empty()) (void)tagger.explain(document, 0, 1);
  } catch (Error const& error) {
    if (error.code() != Code::invalid) std::abort();
  }
}

}  // namespace
}  // namespace lepton::learn

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::learn::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
