#include "learn/naive_bayes.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "runtime/text_terms.h"

namespace lepton::learn {
namespace {

constexpr std::size_t texts_between_proceeds = 256;

class NaiveBayes {
 public:
  NaiveBayes(Call const& call, LabelledTexts const& taught, std::size_t classes)
      : words_of_(classes), texts_of_(classes), score_(classes) {
    for (std::size_t i = 0; i < taught.texts.size(); ++i) {
      if (i % texts_between_proceeds == 0) call.proceed();
      auto const one = taught.classes[i].at(0);
      ++texts_of_[one];
      terms_.read(taught.texts[i]);
      for (std::size_t word = 0; word < terms_.words(); ++word) {
        auto& counts = counts_[terms_.hash(word)];
        counts.resize(classes);
        ++counts[one];
        ++words_of_[one];
      }
    }
  }

  [[nodiscard]] std::uint32_t classify(std::string_view text) {
    auto const vocabulary = static_cast<double>(counts_.size());
    for (std::size_t one = 0; one < score_.size(); ++one) score_[one] = std::log(texts_of_[one] + 1e-9);
    terms_.read(text);
    for (std::size_t word = 0; word < terms_.words(); ++word) {
      auto const found = counts_.find(terms_.hash(word));
      if (found == counts_.end()) continue;
      for (std::size_t one = 0; one < score_.size(); ++one)
        score_[one] += std::log((found->second[one] + 1) / (words_of_[one] + vocabulary));
    }
    return static_cast<std::uint32_t>(std::max_element(score_.begin(), score_.end()) - score_.begin());
  }

 private:
  runtime::TextTerms terms_{{}};
  std::unordered_map<std::uint64_t, std::vector<float>> counts_;  ///< of a word, by class
  std::vector<double> words_of_, texts_of_, score_;
};

}  // namespace

std::vector<std::uint32_t> classify_by_naive_bayes(Call const& call, LabelledTexts const& taught,
                                                   std::vector<std::string_view> const& asked, std::size_t classes) {
  NaiveBayes model(call, taught, classes);
  std::vector<std::uint32_t> out;
  for (auto const text : asked) {
    if (out.size() % texts_between_proceeds == 0) call.proceed();
    out.push_back(model.classify(text));
  }
  return out;
}

}  // namespace lepton::learn
