// Making a segment: terms are sorted by hash and passage, then written block by block.
#include <algorithm>
#include <array>

#include "retrieval/segment.h"
#include "retrieval/term_vectors.h"
#include "retrieval/terms.h"

namespace lepton::retrieval {
namespace {

/// A term in a field of a passage.
struct Occurrences {
  std::uint64_t hash;
  std::uint32_t passage;
  std::uint16_t times;
  std::uint8_t field;
  TermKind kind;
};

constexpr std::size_t buckets = 64;

struct Counted {
  /// By the first bits of the hash, so that the buckets in their order are all in order, once each is sorted; then by
  /// passage and field.
  std::array<std::vector<Occurrences>, buckets> occurrences;
  std::vector<std::uint32_t> lengths;
  std::vector<std::uint64_t> totals;

  void add(std::vector<Term>& terms, std::uint32_t passage, std::size_t field) {
    std::sort(terms.begin(), terms.end(), [](Term const& a, Term const& b) { return a.hash < b.hash; });
    std::uint32_t words = 0;
    for (std::size_t i = 0; i < terms.size();) {
      auto const begin = i;
      while (i < terms.size() && terms[i].hash == terms[begin].hash) ++i;
      auto const [hash, kind] = terms[begin];
      words += kind == TermKind::word ? static_cast<std::uint32_t>(i - begin) : 0;
      occurrences[hash >> 58].push_back({hash, passage,
                                         static_cast<std::uint16_t>(std::min<std::size_t>(i - begin, 0xFFFF)),
                                         static_cast<std::uint8_t>(field), kind});
    }
    lengths.push_back(words);
    totals[field] += words;
  }
};
static_assert(buckets == std::size_t{1} << (64 - 58));

Counted count_terms(Call const& call, std::span<Passage const> passages, std::size_t fields) {
  Counted out;
  out.totals.assign(fields, 0);
  for (std::uint32_t number = 0; number < passages.size(); ++number) {
    call.proceed();
    for (std::size_t field = 0; field < fields; ++field) {
      auto terms = terms_of(passages[number].texts[field]);
      out.add(terms, number, field);
    }
  }
  for (auto& bucket : out.occurrences)
    std::sort(bucket.begin(), bucket.end(), [](auto const& a, auto const& b) {
      return std::tie(a.hash, a.passage, a.field) < std::tie(b.hash, b.passage, b.field);
    });
  return out;
}

/// Postings of all terms, as they go into the file.
class Inversion {
 public:
  Inversion(IndexOptions const& options, Counted const& counted, std::size_t passages)
      : options_(options),
        counted_(counted),
        fields_(options.fields_of_passages.size()),
        means_(mean_lengths(counted.totals, passages)) {}

  void run() {
    for (auto const& bucket : counted_.occurrences) add_all(bucket);
  }

  void write(runtime::ModelFileWriter& writer, std::string const& name) {
    writer.add(name + "-terms", terms_);
    writer.add(name + "-blocks", blocks_);
    writer.add(name + "-postings", std::move(bytes_));
  }

 private:
  void add_all(std::vector<Occurrences> const& all) {
    std::vector<Posting> postings;
    for (std::size_t i = 0; i < all.size();) {
      auto const begin = i;
      postings.clear();
      for (; i < all.size() && all[i].hash == all[begin].hash; ++i) {
        if (postings.empty() || postings.back().passage != all[i].passage) postings.push_back({all[i].passage, {}});
        postings.back().times[all[i].field] = all[i].times;
      }
      add(all[begin].hash, all[begin].kind, postings);
    }
  }

  void add(std::uint64_t hash, TermKind kind, std::span<Posting const> postings) {
    TermEntry term{hash, static_cast<std::uint32_t>(blocks_.size()), 0, static_cast<std::uint32_t>(postings.size()),
                   static_cast<std::uint32_t>(kind)};
    for (std::size_t from = 0; from < postings.size(); from += block_size) {
      auto const part = postings.subspan(from, std::min(block_size, postings.size() - from));
      PostingBlock block{bytes_.size(), part.front().passage, part.back().passage,
                         static_cast<std::uint32_t>(part.size()), 0};
      for (auto const& posting : part) {
        auto const lengths = std::span(counted_.lengths).subspan(posting.passage * fields_, fields_);
        auto const exact = pseudo_frequency(posting, lengths, means_, options_);
        block.most = std::max(block.most, std::nextafter(static_cast<float>(exact), 1e30F));
      }
      append_block(part, fields_, bytes_);
      blocks_.push_back(block);
      ++term.blocks;
    }
    terms_.push_back(term);
  }

  IndexOptions const& options_;
  Counted const& counted_;
  std::size_t fields_;
  std::vector<double> means_;
  std::vector<TermEntry> terms_;
  std::vector<PostingBlock> blocks_;
  std::string bytes_;
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
  auto const counted = count_terms(call, passages, options.fields_of_passages.size());
  Inversion inversion(options, counted, passages.size());
  inversion.run();
  writer.add(name + "-lengths", counted.lengths);
  inversion.write(writer, name);
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
  for (std::string const part : {"-names", "-ends", "-order", "-texts", "-text-ends", "-lengths", "-terms", "-blocks",
                                 "-postings", "-vectors", "-scales", "-centres", "-cell-ends", "-cells", "-places"})
    writer.add(new_name + part, std::string(file.section(name + part)));
  writer.add(new_name + "-gone", gone);
}

}  // namespace lepton::retrieval
