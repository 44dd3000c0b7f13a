#include "rdf/store/dictionary.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/guarded.h"
#include "base/random.h"
#include "base/varint.h"
#include "rdf/store/memory_terms.h"
#include "rdf/store/term_segment.h"
#include "rdf/store/text_index.h"

namespace lepton::rdf {

namespace {

constexpr std::array<IdKind, 3> dictionary_kinds{IdKind::iri, IdKind::blank, IdKind::literal};

/// The terms of one kind: tables that no longer change, then the one that grows.
struct KindTables {
  explicit KindTables(IdKind of) : kind(of), active(std::make_shared<MemoryTerms>(0)) {}

  IdKind kind;
  TermTables frozen;
  std::shared_ptr<MemoryTerms> active;  // shared with who writes it into a segment, once frozen
  std::uint64_t logged = 0;             ///< numbers below are in the log or in durable segments

  [[nodiscard]] std::uint64_t count() const { return active->first() + active->count(); }

  [[nodiscard]] std::optional<std::uint64_t> find(TermKey const& key) const {
    if (auto const number = active->find(key)) return number;
    for (auto table = frozen.rbegin(); table != frozen.rend(); ++table)
      if (auto const number = (*table)->find(key)) return number;
    return {};
  }

  [[nodiscard]] std::string get(std::uint64_t number) const {
    check(number < count(), "the dictionary gave the id");
    std::string key;
    if (number >= active->first()) {
      active->get(number, key);
      return key;
    }
    auto const behind = std::upper_bound(frozen.begin(), frozen.end(), number,
                                         [](std::uint64_t n, auto const& table) { return n < table->first(); });
    (*std::prev(behind))->get(number, key);
    return key;
  }
};

struct Tables {
  std::array<KindTables, 4> kinds{KindTables(IdKind::none), KindTables(IdKind::iri), KindTables(IdKind::blank),
                                  KindTables(IdKind::literal)};
  std::uint64_t changes = 0;  ///< how often something was added or moved

  [[nodiscard]] KindTables& of(IdKind kind) { return kinds[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] KindTables const& of(IdKind kind) const { return kinds[static_cast<std::size_t>(kind)]; }

  [[nodiscard]] std::optional<std::uint64_t> iri_number(std::string_view iri) const {
    return of(IdKind::iri).find(read_key(IdKind::iri, iri));
  }
};

TermTables leading_segments(TermTables const& tables) {
  auto const end = std::ranges::find_if(
      tables, [](auto const& table) { return dynamic_cast<TermSegment const*>(table.get()) == nullptr; });
  return {tables.begin(), end};
}

std::uint64_t read_number(std::string_view& bytes) {
  char const* at = bytes.data();
  std::uint64_t const number = get_varint(at, bytes.data() + bytes.size());
  bytes.remove_prefix(static_cast<std::size_t>(at - bytes.data()));
  return number;
}

}  // namespace

struct Dictionary::State {
  Guarded<Tables> tables;
  LiteralIndex literal_index;
  std::atomic<std::uint64_t> blanks = 0;
  std::string const scope = to_hex(random_bytes(8));
};

Dictionary::Dictionary() : state_(std::make_unique<State>()) {}
Dictionary::~Dictionary() = default;

std::optional<TermId> Dictionary::find(TermView const& term) const {
  if (auto const id = find_inline_id(term)) return id;
  std::string buffer;
  auto const tables = state_->tables.read();
  auto const key = make_key(term, buffer, [&](std::string_view iri) { return tables->iri_number(iri); });
  if (!key) return {};
  auto const number = tables->of(key->kind).find(*key);
  return number ? std::optional(TermId::of(key->kind, *number)) : std::nullopt;
}

TermId Dictionary::intern(TermView const& term) {
  if (auto const id = find_inline_id(term)) return *id;
  std::string buffer;
  std::optional<TermKey> key;
  std::uint64_t changes = 0;
  {
    auto const tables = state_->tables.read();
    key = make_key(term, buffer, [&](std::string_view iri) { return tables->iri_number(iri); });
    if (key) {
      if (auto const number = tables->of(key->kind).find(*key)) return TermId::of(key->kind, *number);
    }
    changes = tables->changes;
  }
  if (!key) {
    static_cast<void>(intern(iri_view(term.datatype)));
    return intern(term);
  }
  auto tables = state_->tables.lock();
  if (tables->changes != changes)
    if (auto const number = tables->of(key->kind).find(*key)) return TermId::of(key->kind, *number);
  ++tables->changes;
  return TermId::of(key->kind, tables->of(key->kind).active->add(*key));
}

TermId Dictionary::fresh_blank() {
  return intern(blank_view(fmt::format("b{}n{}", state_->scope, state_->blanks++)));
}

Term Dictionary::term(TermId id) const {
  if (id.is_inline()) return inline_term(id);
  check(id.in_dictionary(), "the id is one of the dictionary");
  auto const tables = state_->tables.read();
  return term_of(id.kind(), tables->of(id.kind()).get(id.payload()),
                 [&](std::uint64_t number) { return tables->of(IdKind::iri).get(number); });
}

std::size_t Dictionary::size() const {
  auto const tables = state_->tables.read();
  std::size_t sum = 0;
  for (IdKind const kind : dictionary_kinds) sum += tables->of(kind).count();
  return sum;
}

std::optional<TextCandidates> Dictionary::texts_with(Call const& call, std::span<text::KeyPattern const> patterns,
                                                     std::uint64_t texts) const {
  LiteralIndex::Extent extent;
  {
    auto const tables = state_->tables.read();
    extent.literals = tables->of(IdKind::literal).count();
    for (auto const& table : leading_segments(tables->of(IdKind::literal).frozen)) extent.in_segments += table->count();
  }
  return state_->literal_index.find(call, {patterns, texts}, extent);
}

TermTables Dictionary::literal_segments() const {
  return leading_segments(state_->tables.read()->of(IdKind::literal).frozen);
}

LiteralIndex& Dictionary::literal_index() {
  return state_->literal_index;
}

std::size_t Dictionary::memory_bytes() const {
  auto const tables = state_->tables.read();
  std::size_t sum = 0;
  for (KindTables const& kind : tables->kinds) {
    sum += kind.active->memory_bytes();
    for (auto const& table : kind.frozen) sum += table->memory_bytes();
  }
  return sum;
}

std::uint64_t Dictionary::disk_bytes() const {
  auto const tables = state_->tables.read();
  std::uint64_t sum = 0;
  for (KindTables const& kind : tables->kinds)
    for (auto const& table : kind.frozen) sum += table->disk_bytes();
  return sum;
}

void Dictionary::take_unlogged(std::string& out) {
  auto tables = state_->tables.lock();
  for (IdKind const kind : dictionary_kinds) {
    KindTables& terms = tables->of(kind);
    put_varint(out, terms.logged);
    put_varint(out, terms.count() - terms.logged);
    for (; terms.logged < terms.count(); ++terms.logged) {
      std::string const key = terms.get(terms.logged);
      put_varint(out, key.size());
      out += key;
    }
  }
}

void Dictionary::restore(std::string_view& bytes) {
  auto tables = state_->tables.lock();
  for (IdKind const kind : dictionary_kinds) {
    KindTables& terms = tables->of(kind);
    std::uint64_t const first = read_number(bytes);
    std::uint64_t const count = read_number(bytes);
    if (first > terms.count()) throw unavailable("the log of the graph store misses terms");
    for (std::uint64_t i = 0; i < count; ++i) {
      std::uint64_t const size = read_number(bytes);
      if (size > bytes.size()) throw unavailable("the log of the graph store ends within a term");
      if (first + i == terms.count()) static_cast<void>(terms.active->add(read_key(kind, bytes.substr(0, size))));
      bytes.remove_prefix(size);
    }
    terms.logged = terms.count();
  }
}

std::array<TermTables, 4> Dictionary::freeze() {
  auto tables = state_->tables.lock();
  ++tables->changes;
  std::array<TermTables, 4> all;
  for (KindTables& kind : tables->kinds) {
    std::uint64_t const next = kind.count();
    if (kind.active->count() > 0)
      kind.frozen.push_back(std::exchange(kind.active, std::make_shared<MemoryTerms>(next)));
    all[static_cast<std::size_t>(kind.kind)] = kind.frozen;
  }
  return all;
}

void Dictionary::adopt(std::shared_ptr<TermSegment const> segment) {
  auto tables = state_->tables.lock();
  ++tables->changes;
  KindTables& kind = tables->of(segment->kind());
  std::uint64_t const end = segment->first() + segment->count();
  auto const from = std::lower_bound(kind.frozen.begin(), kind.frozen.end(), segment->first(),
                                     [](auto const& table, std::uint64_t first) { return table->first() < first; });
  if (from == kind.frozen.end()) {
    check(kind.active->count() == 0 && kind.active->first() == segment->first(), "a segment goes on where terms end");
    kind.frozen.push_back(std::move(segment));
    kind.active = std::make_shared<MemoryTerms>(end);
    return;
  }
  auto const to = std::find_if(from, kind.frozen.end(), [&](auto const& table) { return table->first() >= end; });
  check((*from)->first() == segment->first() && (*std::prev(to))->first() + (*std::prev(to))->count() == end,
        "a segment covers whole tables");
  *from = std::move(segment);
  kind.frozen.erase(std::next(from), to);
}

void Dictionary::segments_are_durable() {
  auto tables = state_->tables.lock();
  for (KindTables& kind : tables->kinds)
    for (auto const& table : kind.frozen)
      if (std::dynamic_pointer_cast<TermSegment const>(table))
        kind.logged = std::max(kind.logged, table->first() + table->count());
}

}  // namespace lepton::rdf
