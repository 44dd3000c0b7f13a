// How text indexes come to be: from literals, or from smaller ones.
#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "base/varint.h"
#include "rdf/store/text_index.h"

namespace lepton::rdf {

namespace {

constexpr std::size_t bytes_of_key = 160;  ///< of memory for each, beside its text and its numbers

/// Numbers that have one key, as in the file.
struct Postings {
  std::string bytes;
  std::uint64_t count = 0;
  std::uint64_t last = 0;  ///< place behind the last number; 0: none

  /// `place`: from 1.
  void add(std::uint64_t place) {
    if (place == last) return;
    put_varint(bytes, place - last);
    last = place;
    ++count;
  }
};

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
};

using KeyMap = std::unordered_map<std::string, Postings, Hash, std::equal_to<>>;

/// Writes keys in ascending sequence.
class IndexFile {
 public:
  IndexFile(std::filesystem::path path, std::uint64_t first, std::uint64_t count)
      : path_(std::move(path)), file_(path_) {
    footer_.first = first;
    footer_.count = count;
  }

  void add(std::string_view key, Postings const& postings) {
    if (footer_.keys++ % text_block_keys == 0) {
      blocks_.push_back(file_.size());
      last_.clear();
    }
    auto const shared =
        static_cast<std::size_t>(std::mismatch(key.begin(), key.end(), last_.begin(), last_.end()).first - key.begin());
    line_.clear();
    put_varint(line_, shared);
    put_varint(line_, key.size() - shared);
    line_ += key.substr(shared);
    put_varint(line_, postings.count);
    put_varint(line_, postings.bytes.size());
    file_.append(line_);
    file_.append(postings.bytes);
    last_ = key;
  }

  [[nodiscard]] std::shared_ptr<TextIndex const> finish() {
    blocks_.push_back(file_.size());
    file_.align(8);
    footer_.blocks = file_.size();
    file_.append({reinterpret_cast<char const*>(blocks_.data()), blocks_.size() * sizeof(std::uint64_t)});
    file_.append({reinterpret_cast<char const*>(&footer_), sizeof footer_});
    file_.finish();
    return std::make_shared<TextIndex const>(path_);
  }

 private:
  std::filesystem::path path_;
  CheckedFileWriter file_;
  TextIndexFooter footer_;
  std::vector<std::uint64_t> blocks_;
  std::string last_, line_;
};

/// A copy of an index's keys from its beginning on, read ahead in pieces.
class Keys {
 public:
  explicit Keys(std::shared_ptr<TextIndex const> index) : index_(std::move(index)) { refill(); }

  struct Held {
    std::string key;
    std::uint64_t count = 0;
    std::string postings;
  };
  [[nodiscard]] bool at_end() const { return place_ == held_.size(); }
  [[nodiscard]] std::string const& key() const { return held_[place_].key; }
  void append_to(Postings& postings, std::uint64_t first) const {
    Held const& held = held_[place_];
    index_->read({held.key, held.count, held.postings},
                 [&](std::uint64_t number) { postings.add(number - first + 1); });
  }
  void next() {
    if (++place_ == held_.size()) refill();
  }

 private:
  static constexpr std::size_t piece = 256;

  void refill() {
    std::string const from = held_.empty() ? std::string() : held_.back().key + '\0';
    held_.clear();
    place_ = 0;
    index_->walk(from, [&](TextIndex::Entry const& entry) {
      held_.push_back({std::string(entry.key), entry.count, std::string(entry.postings)});
      return held_.size() < piece;
    });
  }

  std::shared_ptr<TextIndex const> index_;
  std::vector<Held> held_;
  std::size_t place_ = 0;
};

}  // namespace

std::shared_ptr<TextIndex const> write_text_index(Call const& call,
                                                  std::vector<std::shared_ptr<TermTable const>> const& literals,
                                                  std::uint64_t first, std::size_t memory,
                                                  std::filesystem::path const& path) {
  KeyMap keys;
  std::size_t bytes = 0;
  std::uint64_t count = 0;
  std::string literal;
  for (auto const& table : literals) {
    std::uint64_t const end = table->first() + table->count();
    for (std::uint64_t number = first + count; number < end && (bytes < memory || count == 0); ++number) {
      if ((++count & 255) == 0) call.proceed();
      table->get(number, literal);
      text::index_keys(lexical_form(literal), [&](std::string_view key) {
        auto found = keys.find(key);
        if (found == keys.end()) {
          found = keys.try_emplace(std::string(key)).first;
          bytes += bytes_of_key + key.size();
        }
        std::size_t const before = found->second.bytes.size();
        found->second.add(count);
        bytes += found->second.bytes.size() - before;
      });
    }
  }
  check(count > 0, "there is a literal to index");
  std::vector<KeyMap::const_pointer> sorted;
  sorted.reserve(keys.size());
  for (auto const& one : keys) sorted.push_back(&one);
  std::ranges::sort(sorted, {}, [](auto const* one) -> std::string const& { return one->first; });
  IndexFile file(path, first, count);
  for (auto const* one : sorted) file.add(one->first, one->second);
  return file.finish();
}

std::shared_ptr<TextIndex const> merge_text_indexes(Call const& call,
                                                    std::vector<std::shared_ptr<TextIndex const>> const& indexes,
                                                    std::filesystem::path const& path) {
  std::uint64_t const first = indexes.front()->first();
  IndexFile file(path, first, indexes.back()->first() + indexes.back()->count() - first);
  std::vector<Keys> readers(indexes.begin(), indexes.end());
  std::size_t merged = 0;
  for (;;) {
    Keys const* least = nullptr;
    for (Keys const& reader : readers)
      if (!reader.at_end() && (least == nullptr || reader.key() < least->key())) least = &reader;
    if (least == nullptr) break;
    if ((++merged & 1023) == 0) call.proceed();
    std::string const key = least->key();
    Postings postings;
    for (Keys& reader : readers) {
      if (reader.at_end() || reader.key() != key) continue;
      reader.append_to(postings, first);
      reader.next();
    }
    file.add(key, postings);
  }
  return file.finish();
}

}  // namespace lepton::rdf
