#include "rdf/store/term_segment.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "base/varint.h"
#include "rdf/store/hash64.h"
#include "rdf/store/word_codec.h"

namespace lepton::rdf {

namespace {

constexpr std::uint64_t block_terms = 16;
constexpr std::uint64_t bucket_terms = 8;
constexpr std::uint64_t words_from_terms = 40'000;  ///< how many terms the words are chosen from

/// A hash spread evenly over buckets by its upper bits, so that buckets in sequence are hashes in sequence.
std::uint64_t bucket_of(std::uint64_t hash, std::uint64_t buckets) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(hash) * buckets >> 64);
}

std::uint8_t mark_of(std::uint64_t hash) {
  return static_cast<std::uint8_t>(hash);
}

struct HashedTerm {
  std::uint64_t hash = 0;
  std::uint32_t place = 0;
};

template <class Number>
std::string_view bytes_of(std::vector<Number> const& numbers) {
  return {reinterpret_cast<char const*>(numbers.data()), numbers.size() * sizeof(Number)};
}

void write_index(CheckedFileWriter& file, SegmentFooter& footer, std::vector<HashedTerm>& terms) {
  std::sort(terms.begin(), terms.end(), [](auto const& a, auto const& b) { return a.hash < b.hash; });
  footer.bucket_count = terms.size() / bucket_terms + 1;
  std::vector<std::uint32_t> places(footer.bucket_count + 1, static_cast<std::uint32_t>(terms.size()));
  std::vector<std::uint32_t> entries;
  std::vector<std::uint8_t> marks;
  for (std::size_t i = terms.size(); i > 0; --i)
    places[bucket_of(terms[i - 1].hash, footer.bucket_count)] = static_cast<std::uint32_t>(i - 1);
  for (std::size_t bucket = footer.bucket_count; bucket > 0; --bucket)
    places[bucket - 1] = std::min(places[bucket - 1], places[bucket]);
  for (HashedTerm const& term : terms) {
    entries.push_back(term.place);
    marks.push_back(mark_of(term.hash));
  }
  file.align(8);
  footer.buckets = file.size();
  file.append(bytes_of(places));
  footer.entries = file.size();
  file.append(bytes_of(entries));
  footer.marks = file.size();
  file.append(bytes_of(marks));
}

}  // namespace

TermSegment::TermSegment(std::filesystem::path path) : file_(std::move(path)) {
  if (file_.size() < sizeof footer_) file_.damaged(0);
  std::uint64_t const at = file_.size() - sizeof footer_;
  std::memcpy(&footer_, file_.view(at, sizeof footer_), sizeof footer_);
  bool const is_kind = kind() == IdKind::iri || kind() == IdKind::blank || kind() == IdKind::literal;
  if (footer_.magic != SegmentFooter{}.magic || !is_kind) file_.damaged(at);
}

template <class Number>
Number TermSegment::number_at(std::uint64_t offset, std::uint64_t place) const {
  Number number{};
  std::memcpy(&number, file_.view(offset + place * sizeof number, sizeof number), sizeof number);
  return number;
}

std::optional<std::uint64_t> TermSegment::find(TermKey const& key) const {
  std::uint64_t const bucket = bucket_of(key.hash, footer_.bucket_count);
  auto const begin = number_at<std::uint32_t>(footer_.buckets, bucket);
  auto const end = number_at<std::uint32_t>(footer_.buckets, bucket + 1);
  std::string candidate;
  for (std::uint64_t i = begin; i < end; ++i) {
    if (number_at<std::uint8_t>(footer_.marks, i) != mark_of(key.hash)) continue;
    std::uint64_t const number = footer_.first + number_at<std::uint32_t>(footer_.entries, i);
    get(number, candidate);
    if (same_term(key.kind, candidate, key.bytes)) return number;
  }
  return {};
}

void TermSegment::get(std::uint64_t number, std::string& key) const {
  std::uint64_t const place = number - footer_.first;
  auto const begin = number_at<std::uint64_t>(footer_.blocks, place / block_terms);
  auto const end = number_at<std::uint64_t>(footer_.blocks, place / block_terms + 1);
  if (end < begin) file_.damaged(begin);
  char const* at = file_.view(begin, end - begin);
  char const* const stop = at + (end - begin);
  std::array<Entry, block_terms> entries;
  std::size_t const last = place % block_terms;
  for (std::size_t i = 0; i <= last; ++i) {
    entries[i].shared = get_varint(at, stop);
    std::uint64_t const rest = get_varint(at, stop);
    if (rest > static_cast<std::uint64_t>(stop - at)) file_.damaged(begin);
    entries[i].rest = {at, rest};
    at += rest;
  }
  if (!assemble({entries.data(), last + 1}, key) || !is_key(kind(), key)) file_.damaged(begin);
}

/// Of the terms before the last one only what that begins with is decoded.
bool TermSegment::assemble(std::span<Entry> entries, std::string& key) const {
  std::uint64_t needed = entries.back().shared;
  for (std::size_t i = entries.size() - 1; i-- > 0;) {
    Entry& entry = entries[i];
    entry.taken = needed > entry.shared ? needed - entry.shared : 0;
    needed = std::min(needed, entry.shared);
  }
  if (needed > 0) return false;
  auto const reader = word_reader();
  key.clear();
  for (Entry const& entry : entries) {
    if (entry.taken == 0) continue;
    if (key.size() != entry.shared) return false;
    if (!reader) {
      key += entry.rest.substr(0, entry.taken);
    } else if (!reader->decode(entry.rest, key, entry.taken)) {
      return false;
    }
  }
  return true;
}

std::optional<WordReader> TermSegment::word_reader() const {
  if (footer_.word_count == 0) return {};
  std::uint64_t const ends = footer_.word_count * sizeof(std::uint32_t);
  char const* const list = file_.view(footer_.words, ends + footer_.word_bytes);
  return WordReader(list, footer_.word_count, list + ends, footer_.word_bytes);
}

namespace {

/// Looks at some terms of each table.
std::vector<std::string> choose_words(std::vector<std::shared_ptr<TermTable const>> const& tables) {
  std::uint64_t count = 0;
  for (auto const& table : tables) count += table->count();
  std::uint64_t const step = count / words_from_terms + 1;
  WordCodec::Trainer trainer;
  std::string key;
  for (auto const& table : tables) {
    for (std::uint64_t i = 0; i < table->count(); i += step) {
      table->get(table->first() + i, key);
      trainer.show(key);
    }
  }
  return trainer.words();
}

}  // namespace

std::shared_ptr<TermSegment const> write_segment(Call const& call, IdKind kind,
                                                 std::vector<std::shared_ptr<TermTable const>> const& tables,
                                                 std::filesystem::path const& path) {
  CheckedFileWriter file(path);
  SegmentFooter footer{.kind = static_cast<std::uint64_t>(kind), .first = tables.front()->first()};
  auto const words = choose_words(tables);
  WordCodec const codec(words);
  std::vector<std::uint64_t> blocks;
  std::vector<HashedTerm> hashes;
  std::string last;
  std::string key;
  std::string coded;
  std::string rest;
  for (auto const& table : tables) {
    for (std::uint64_t i = 0; i < table->count(); ++i) {
      table->get(table->first() + i, key);
      if (footer.count % block_terms == 0) {
        call.proceed();
        blocks.push_back(file.size());
        last.clear();
      }
      auto const shared =
          static_cast<std::size_t>(std::mismatch(key.begin(), key.end(), last.begin(), last.end()).first - key.begin());
      rest.clear();
      if (words.empty()) {
        rest.assign(key, shared);
      } else {
        codec.encode(std::string_view(key).substr(shared), rest);
      }
      coded.clear();
      put_varint(coded, shared);
      put_varint(coded, rest.size());
      file.append(coded += rest);
      hashes.push_back({read_key(kind, key).hash, static_cast<std::uint32_t>(footer.count++)});
      std::swap(last, key);
    }
  }
  blocks.push_back(file.size());
  file.align(8);
  footer.blocks = file.size();
  file.append(bytes_of(blocks));
  write_index(file, footer, hashes);
  std::string const list = write_words(words);
  footer.words = file.size();
  footer.word_count = words.size();
  footer.word_bytes = list.size() - words.size() * sizeof(std::uint32_t);
  file.append(list);
  file.align(8);
  file.append({reinterpret_cast<char const*>(&footer), sizeof footer});
  file.finish();
  return std::make_shared<TermSegment const>(path);
}

}  // namespace lepton::rdf
