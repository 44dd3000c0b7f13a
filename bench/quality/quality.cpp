// How good what the engines learn is, on real data, which lies beside the checkout (LEPTON_DATA says where else).
// `bench_quality [section]...`; without one all of them, of which link prediction trains for many minutes.
#include "quality.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace lepton::bench {
namespace {

struct Section {
  std::string_view name;
  void (*run)(std::filesystem::path const&);
};

using Path = std::filesystem::path;

/// As section and as section-development.
template <void (*Run)(Path const&, Stage)>
void test_of(Path const& data) {
  Run(data, Stage::test);
}
template <void (*Run)(Path const&, Stage)>
void development_of(Path const& data) {
  Run(data, Stage::development);
}

constexpr std::array sections{Section{"entity-resolution", entity_resolution},
                              Section{"entity-resolution-development", entity_resolution_development},
                              Section{"retrieval", retrieval_of_answers},
                              Section{"retrieval-development", retrieval_development},
                              Section{"retrieval-speed", retrieval_speed},
                              Section{"retrieval-speed-small", retrieval_speed_small},
                              Section{"chinese-words", chinese_words},
                              Section{"chinese-words-development", chinese_words_development},
                              Section{"languages", languages},
                              Section{"tokens", tokens},
                              Section{"word-vectors", word_vectors},
                              Section{"ratings", test_of<ratings>},
                              Section{"ratings-development", development_of<ratings>},
                              Section{"listening", test_of<listening>},
                              Section{"listening-development", development_of<listening>},
                              Section{"cold-items", test_of<cold_items>},
                              Section{"cold-items-development", development_of<cold_items>},
                              Section{"histories", test_of<histories>},
                              Section{"histories-development", development_of<histories>},
                              Section{"banking77", test_of<banking77>},
                              Section{"banking77-development", development_of<banking77>},
                              Section{"clinc150", test_of<clinc150>},
                              Section{"clinc150-development", development_of<clinc150>},
                              Section{"phrasebank", test_of<phrasebank>},
                              Section{"phrasebank-development", development_of<phrasebank>},
                              Section{"chinese-sentiment", test_of<chinese_sentiment>},
                              Section{"chinese-sentiment-development", development_of<chinese_sentiment>},
                              Section{"agnews", test_of<agnews>},
                              Section{"agnews-development", development_of<agnews>},
                              Section{"thucnews", test_of<thucnews>},
                              Section{"thucnews-development", development_of<thucnews>},
                              Section{"topics", test_of<topics>},
                              Section{"topics-development", development_of<topics>},
                              Section{"classifier-speed", classifier_speed},
                              Section{"credit", test_of<credit>},
                              Section{"credit-development", development_of<credit>},
                              Section{"conll", test_of<tagging_conll>},
                              Section{"conll-development", development_of<tagging_conll>},
                              Section{"conll-halves", tagging_conll_halves},
                              Section{"conll-words", tagging_words},
                              Section{"msra", test_of<tagging_msra>},
                              Section{"msra-development", development_of<tagging_msra>},
                              Section{"resume", test_of<tagging_resume>},
                              Section{"resume-development", development_of<tagging_resume>},
                              Section{"surges", surges},
                              Section{"wn18rr", link_prediction_wn18rr},
                              Section{"fb15k237", link_prediction_fb15k237},
                              Section{"wn18rr-rules", rules_of_wn18rr},
                              Section{"fb15k237-rules", rules_of_fb15k237}};

bool wanted(std::string_view name, int count, char** arguments) {
  for (int i = 1; i < count; ++i)
    if (name == arguments[i]) return true;
  return count == 1;
}

}  // namespace

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  double sum = 0;
  for (auto const& time : {usage.ru_utime, usage.ru_stime})
    sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  return sum;
}

}  // namespace lepton::bench

int main(int count, char** arguments) {
  using namespace lepton::bench;
  char const* const elsewhere = std::getenv("LEPTON_DATA");
  std::filesystem::path const data = elsewhere != nullptr ? elsewhere : LEPTON_DATA;
  for (int i = 1; i < count; ++i) {
    bool known = false;
    for (auto const& section : sections) known = known || section.name == arguments[i];
    if (known) continue;
    fmt::print(stderr, "no section '{}'; there are", arguments[i]);
    for (auto const& section : sections) fmt::print(stderr, " {}", section.name);
    fmt::print(stderr, "\n");
    return 2;
  }
  for (auto const& section : sections) {
    if (!wanted(section.name, count, arguments)) continue;
    section.run(data);
    std::fflush(stdout);
  }
  return 0;
}
