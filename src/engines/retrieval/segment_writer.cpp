// Making a segment: words are numbered as they come, then by hash; lists are made from the passages' words.
#include <algorithm>

#include "retrieval/segment.h"
#include "retrieval/term_vectors.h"

namespace lepton::retrieval {
namespace {

/// The words of passages, field by field.
class WordSequences {
 public:
  WordSequences(Call const& call, std::span<Passage const> passages, IndexOptions const& options)
      : call_(call), options_(options), fields_(options.fields_of_passages.size()) {
    for (auto const& passage : passages) {
      call.proceed();
      for (std::size_t field = 0; field < fields_; ++field) {
        auto const text = cut_words(passage.texts[field]);
        for (auto const& word : text.words) words_.push_back(table_.add(text, word));
        ends_.push_back(words_.size());
      }
    }
    std::vector<std::uint64_t> totals(fields_, 0);
    for (std::size_t i = 0; i < ends_.size(); ++i) totals[i % fields_] += words_of(i).size();
    means_ = mean_lengths(totals, passages.size());
  }

  void write(runtime::ModelFileWriter& writer, std::string const& name) const {
    table_.write(writer, name + "-pieces", [this](WordTable::Take const& take) {
      for (std::size_t i = 0; i < ends_.size(); i += fields_) {
        auto const begin = i == 0 ? 0 : ends_[i - 1];
        take(std::span(words_).subspan(begin, ends_[i + fields_ - 1] - begin));
      }
    });
    write_lists(writer, name);
    auto const ranks = table_.ranks();
    auto sequence = words_;
    for (auto& word : sequence) word = ranks[word];
    writer.add(name + "-sequence", sequence);
    writer.add(name + "-sequence-ends", ends_);
  }

 private:
  [[nodiscard]] std::span<std::uint32_t const> words_of(std::size_t text) const {
    auto const begin = text == 0 ? 0 : ends_[text - 1];
    return std::span(words_).subspan(begin, ends_[text] - begin);
  }

  void write_lists(runtime::ModelFileWriter& writer, std::string const& name) const {
    auto const scales = [this](std::uint32_t passage) {
      std::array<std::uint32_t, most_fields> lengths{};
      for (std::size_t field = 0; field < fields_; ++field)
        lengths[field] = static_cast<std::uint32_t>(words_of(passage * fields_ + field).size());
      return field_scales(std::span(lengths).first(fields_), means_, options_);
    };
    TermListBuilder words(options_, scales), pairs(options_, scales);
    for (std::size_t text = 0; text < ends_.size(); ++text)
      for (auto const word : words_of(text))
        words.add(table_.hash(word), static_cast<std::uint32_t>(text / fields_), text % fields_);
    words.write(call_, writer, name + "-words");
    for (std::size_t text = 0; text < ends_.size(); ++text) {
      auto const sequence = words_of(text);
      for (std::size_t i = 1; i < sequence.size(); ++i)
        pairs.add(pair_of(table_.hash(sequence[i - 1]), table_.hash(sequence[i])),
                  static_cast<std::uint32_t>(text / fields_), text % fields_);
    }
    pairs.write(call_, writer, name + "-pairs");
  }

  Call const& call_;
  IndexOptions const& options_;
  std::size_t fields_;
  WordTable table_;
  std::vector<std::uint32_t> words_;
  std::vector<std::uint64_t> ends_;  // of each field of each passage
  std::vector<double> means_;
};

void write_passages(runtime::ModelFileWriter& writer, std::string const& name, std::span<Passage const> passages) {
  std::vector<std::string> keys;
  std::string texts;
  std::vector<std::uint64_t> ends;
  for (auto const& passage : passages) {
    keys.push_back(passage.key);
    for (auto const& text : passage.texts) {
      texts += text;
      ends.push_back(texts.size());
    }
  }
  embed::write_names(writer, name, keys);
  writer.add(name + "-texts", std::move(texts));
  writer.add(name + "-text-ends", ends);
  writer.add(name + "-gone", std::vector<std::uint8_t>(passages.size(), 0));
}

}  // namespace

void write_segment(Call const& call, runtime::ModelFileWriter& writer, std::string const& name,
                   std::span<Passage const> passages, IndexOptions const& options, TermVectors const& vectors) {
  write_passages(writer, name, passages);
  WordSequences(call, passages, options).write(writer, name);
  VectorListBuilder list(vectors.dimensions());
  if (!vectors.empty())
    for (auto const& passage : passages) {
      call.proceed();
      list.add(vectors.of_passage(passage.texts));
    }
  list.write(call, writer, name, static_cast<std::size_t>(options.exact_up_to));
}

void copy_segment(runtime::ModelFile const& file, std::string const& name, runtime::ModelFileWriter& writer,
                  std::string const& new_name, std::vector<std::uint8_t> const& gone) {
  for (std::string const part :
       {"-names",         "-ends",    "-order",        "-texts",         "-text-ends",   "-sequence",
        "-sequence-ends", "-words",   "-words-in",     "-words-impacts", "-pairs",       "-pairs-in",
        "-pairs-impacts", "-pieces",  "-pieces-words", "-pieces-of",     "-pieces-ends", "-vectors",
        "-scales",        "-centres", "-cell-ends",    "-cells",         "-places"})
    writer.add(new_name + part, std::string(file.section(name + part)));
  writer.add(new_name + "-gone", gone);
}

}  // namespace lepton::retrieval
