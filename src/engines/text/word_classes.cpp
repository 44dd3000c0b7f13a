#include "text/word_classes.h"

#include <cmath>
#include <thread>

#include "base/error.h"

namespace lepton::text {
namespace {

/// x log₂ x of whole numbers, small ones from a table.
class Entropy {
 public:
  Entropy() : table_(std::size_t{1} << 14) {
    for (std::size_t x = 1; x < table_.size(); ++x)
      table_[x] = static_cast<float>(static_cast<double>(x) * std::log2(static_cast<double>(x)));
  }
  [[nodiscard]] double operator()(std::uint64_t x) const {
    if (x < table_.size()) return table_[x];
    auto const real = static_cast<double>(x);
    return real * std::log2(real);
  }

 private:
  std::vector<float> table_;
};

/// For one direction: which classes surround each context word, and how often. Slots of a context are as many as it has
/// distinct neighbours, at most one per class.
class Contexts {
 public:
  struct Link {
    std::uint32_t other;
    std::uint32_t count;
  };
  struct ClassCount {
    std::uint32_t label;
    std::uint32_t count;
  };

  /// `word_of` and `context_of` pick the side of a bigram.
  template <typename Word, typename Context>
  Contexts(std::uint32_t words, std::uint32_t classes, std::span<Bigram const> bigrams, Word word_of,
           Context context_of)
      : link_begin_(words + 1), slot_begin_(words + 1), used_(words) {
    std::vector<std::uint32_t> distinct(words);
    for (auto const& bigram : bigrams) {
      ++link_begin_[word_of(bigram) + 1];
      ++distinct[context_of(bigram)];
    }
    for (std::uint32_t i = 0; i < words; ++i) {
      link_begin_[i + 1] += link_begin_[i];
      slot_begin_[i + 1] = slot_begin_[i] + std::min(distinct[i], classes);
    }
    links_.resize(link_begin_[words]);
    slots_.resize(slot_begin_[words]);
    auto next = link_begin_;
    for (auto const& bigram : bigrams) links_[next[word_of(bigram)]++] = {context_of(bigram), bigram.count};
  }

  [[nodiscard]] std::span<Link const> links(std::uint32_t word) const {
    return {links_.data() + link_begin_[word], links_.data() + link_begin_[word + 1]};
  }
  [[nodiscard]] std::span<ClassCount const> classes_around(std::uint32_t context) const {
    return {slots_.data() + slot_begin_[context], used_[context]};
  }
  void add(std::uint32_t context, std::uint32_t label, std::uint32_t count) {
    auto* const slots = slots_.data() + slot_begin_[context];
    std::uint32_t i = 0;
    while (i < used_[context] && slots[i].label != label) ++i;
    if (i == used_[context]) slots[used_[context]++] = {label, 0};
    slots[i].count += count;
  }
  void remove(std::uint32_t context, std::uint32_t label, std::uint32_t count) {
    auto* const slots = slots_.data() + slot_begin_[context];
    std::uint32_t i = 0;
    while (slots[i].label != label) ++i;
    slots[i].count -= count;
    if (slots[i].count == 0) slots[i] = slots[--used_[context]];
  }

 private:
  std::vector<std::size_t> link_begin_, slot_begin_;
  std::vector<Link> links_;
  std::vector<ClassCount> slots_;
  std::vector<std::uint32_t> used_;
};

class Clustering {
 public:
  Clustering(std::uint32_t words, std::span<Bigram const> bigrams, ClusteringOptions const& options)
      : options_(options),
        labels_(words),
        mass_(words),
        class_mass_(options.classes),
        sides_{
            Contexts(
                words, options.classes, bigrams, [](auto& b) { return b.second; }, [](auto& b) { return b.first; }),
            Contexts(
                words, options.classes, bigrams, [](auto& b) { return b.first; }, [](auto& b) { return b.second; })} {
    for (std::uint32_t word = 0; word < words; ++word) {
      labels_[word] = static_cast<std::uint16_t>(word % options.classes);
      for (auto& side : sides_)
        for (auto const& link : side.links(word)) {
          side.add(link.other, labels_[word], link.count);
          mass_[word] += link.count;
        }
      class_mass_[labels_[word]] += mass_[word];
    }
  }

  /// One pass over all words: batches are judged against one state, side by side, then moved one after the other.
  [[nodiscard]] double round(Call const& call) {
    std::uint32_t const words = static_cast<std::uint32_t>(labels_.size());
    std::size_t moved = 0;
    std::vector<std::uint16_t> best(batch);
    for (std::uint32_t begin = 0, end = 0; begin < words; begin = end) {
      call.proceed();
      end = std::min(words, begin + (begin < frequent ? 1 : batch));
      judge(begin, end, best);
      for (std::uint32_t word = begin; word < end; ++word) {
        if (best[word - begin] == labels_[word] || !raises(word, best[word - begin])) continue;
        move(word, best[word - begin]);
        ++moved;
      }
    }
    return words == 0 ? 0 : static_cast<double>(moved) / words;
  }

  [[nodiscard]] double objective() const {
    double sum = 0;
    for (auto const& side : sides_)
      for (std::uint32_t context = 0; context < labels_.size(); ++context)
        for (auto const& slot : side.classes_around(context)) sum += entropy_(slot.count);
    for (auto const mass : class_mass_) sum -= entropy_(mass);
    return sum;
  }
  [[nodiscard]] std::vector<std::uint16_t> labels() && { return std::move(labels_); }

 private:
  // Words of a batch are judged without seeing each other move: the frequent ones, which everything hangs on, are
  // judged one by one, and the others move only if it still pays then.
  static constexpr std::uint32_t frequent = 1024, batch = 64;

  void judge(std::uint32_t begin, std::uint32_t end, std::vector<std::uint16_t>& best) const {
    auto const threads = static_cast<std::uint32_t>(std::max(1, options_.threads));
    auto const part = [&](std::uint32_t thread) {
      std::vector<double> gain(options_.classes);
      for (std::uint32_t word = begin + thread; word < end; word += threads)
        best[word - begin] = best_class(word, gain);
    };
    std::vector<std::thread> others;
    for (std::uint32_t thread = 1; thread < threads; ++thread) others.emplace_back(part, thread);
    part(0);
    for (auto& other : others) other.join();
  }

  [[nodiscard]] std::uint16_t best_class(std::uint32_t word, std::vector<double>& gain) const {
    auto const current = labels_[word];
    std::fill(gain.begin(), gain.end(), 0);
    // A class that the context does not have yet gains f(n): the same for all, so it is the base line and left out.
    for (auto const& side : sides_)
      for (auto const& [context, count] : side.links(word)) {
        double const alone = entropy_(count);
        for (auto const& slot : side.classes_around(context)) {
          std::uint32_t const rest = slot.label == current ? slot.count - count : slot.count;
          if (rest != 0) gain[slot.label] += entropy_(rest + count) - entropy_(rest) - alone;
        }
      }
    std::uint16_t best = current;
    double best_gain = -1e300;
    for (std::uint32_t label = 0; label < options_.classes; ++label) {
      std::uint64_t const rest = class_mass_[label] - (label == current ? mass_[word] : 0);
      double const total = gain[label] - (entropy_(rest + mass_[word]) - entropy_(rest));
      bool const better = label == current ? total >= best_gain : total > best_gain;
      if (better) {
        best_gain = total;
        best = static_cast<std::uint16_t>(label);
      }
    }
    return best;
  }

  /// Whether the objective rises when the word moves now.
  [[nodiscard]] bool raises(std::uint32_t word, std::uint16_t to) const {
    auto const from = labels_[word];
    auto const mass = mass_[word];
    double gain = entropy_(class_mass_[to]) - entropy_(class_mass_[to] + mass) + entropy_(class_mass_[from]) -
                  entropy_(class_mass_[from] - mass);
    for (auto const& side : sides_)
      for (auto const& [context, count] : side.links(word)) {
        std::uint32_t there = 0, here = 0;
        for (auto const& slot : side.classes_around(context)) {
          if (slot.label == to) there = slot.count;
          if (slot.label == from) here = slot.count;
        }
        gain += entropy_(there + count) - entropy_(there) - entropy_(here) + entropy_(here - count);
      }
    return gain > 0;
  }

  void move(std::uint32_t word, std::uint16_t to) {
    auto const from = labels_[word];
    for (auto& side : sides_)
      for (auto const& link : side.links(word)) {
        side.remove(link.other, from, link.count);
        side.add(link.other, to, link.count);
      }
    class_mass_[from] -= mass_[word];
    class_mass_[to] += mass_[word];
    labels_[word] = to;
  }

  ClusteringOptions options_;
  Entropy entropy_;
  std::vector<std::uint16_t> labels_;
  std::vector<std::uint64_t> mass_;  ///< bigrams the word takes part in
  std::vector<std::uint64_t> class_mass_;
  std::array<Contexts, 2> sides_;
};

}  // namespace

std::vector<std::uint16_t> cluster_words(Call const& call, std::uint32_t words, std::span<Bigram const> bigrams,
                                         ClusteringOptions const& options, ClusteringSink const& sink) {
  if (options.classes < 2 || options.classes > 65535)
    throw invalid("classes must be between 2 and 65535", {{"/classes", "must be between 2 and 65535"}});
  for (auto const& bigram : bigrams)
    if (bigram.first >= words || bigram.second >= words) throw invalid("a bigram names a word that does not exist");
  Clustering clustering(words, bigrams, options);
  for (int round = 1; round <= options.rounds; ++round) {
    double const moved = clustering.round(call);
    if (sink) sink(round, moved, clustering.objective());
    if (moved < options.least) break;
  }
  return std::move(clustering).labels();
}

}  // namespace lepton::text
