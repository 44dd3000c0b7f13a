#include "rdf/store/dictionary.h"

#include <fmt/format.h>

#include <array>
#include <deque>
#include <shared_mutex>
#include <unordered_map>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/guarded.h"
#include "base/random.h"

namespace lepton::rdf {

namespace {

IdKind kind_of(TermView const& term) {
  return term.is_iri() ? IdKind::iri : term.is_blank() ? IdKind::blank : IdKind::literal;
}

/// A term as one string: kind, lengths and bytes. Equal terms have equal keys when `fold` is set.
std::string key_of(TermView const& term, bool fold) {
  std::string language(term.language);
  if (fold)
    for (char& c : language)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return fmt::format("{} {} {} {}{}{}", static_cast<int>(kind_of(term)), term.datatype.size(), language.size(),
                     term.datatype, language, term.value);
}

void put(std::string& out, std::string_view text) {
  std::uint64_t const size = text.size();
  out.append(reinterpret_cast<char const*>(&size), sizeof size);
  out.append(text);
}

std::string_view get(std::string_view& bytes) {
  std::uint64_t size = 0;
  if (bytes.size() < sizeof size) throw unavailable("the store's log ends within a term");
  std::memcpy(&size, bytes.data(), sizeof size);
  bytes.remove_prefix(sizeof size);
  if (bytes.size() < size) throw unavailable("the store's log ends within a term");
  std::string_view const text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return text;
}

}  // namespace

struct Dictionary::State {
  struct Tables {
    std::unordered_map<std::string, TermId> ids;
    std::array<std::deque<Term>, 4> terms;  // by IdKind
    std::vector<TermId> unlogged;
    std::uint64_t blanks = 0;
  };
  Guarded<Tables> tables;
  std::string const scope = to_hex(random_bytes(8));
};

Dictionary::Dictionary() : state_(std::make_unique<State>()) {}
Dictionary::~Dictionary() = default;

std::optional<TermId> Dictionary::find(TermView const& term) const {
  if (auto const id = find_inline_id(term)) return id;
  std::string const key = key_of(term, true);
  auto const tables = state_->tables.read();
  auto const found = tables->ids.find(key);
  return found == tables->ids.end() ? std::nullopt : std::optional(found->second);
}

TermId Dictionary::intern(TermView const& term) {
  if (auto const id = find(term)) return *id;
  auto tables = state_->tables.lock();
  auto const [place, fresh] = tables->ids.try_emplace(key_of(term, true));
  if (fresh) {
    auto& terms = tables->terms[static_cast<std::size_t>(kind_of(term))];
    place->second = TermId::of(kind_of(term), terms.size());
    terms.emplace_back(term);
    tables->unlogged.push_back(place->second);
  }
  return place->second;
}

TermId Dictionary::fresh_blank() {
  std::uint64_t const number = state_->tables.lock()->blanks++;
  return intern(blank_view(fmt::format("b{}n{}", state_->scope, number)));
}

Term Dictionary::term(TermId id) const {
  if (id.is_inline()) return inline_term(id);
  check(id.in_dictionary(), "the id is one of the dictionary");
  auto const tables = state_->tables.read();
  auto const& terms = tables->terms[static_cast<std::size_t>(id.kind())];
  check(id.payload() < terms.size(), "the dictionary gave the id");
  return terms[id.payload()];
}

std::size_t Dictionary::size() const {
  return state_->tables.read()->ids.size();
}

void Dictionary::take_unlogged(std::string& out) {
  auto tables = state_->tables.lock();
  std::uint64_t const count = tables->unlogged.size();
  out.append(reinterpret_cast<char const*>(&count), sizeof count);
  for (TermId const id : std::exchange(tables->unlogged, {})) {
    Term const& term = tables->terms[static_cast<std::size_t>(id.kind())][id.payload()];
    out += static_cast<char>(id.kind());
    put(out, term.value);
    put(out, term.datatype);
    put(out, term.language);
  }
}

void Dictionary::restore(std::string_view& bytes) {
  std::uint64_t count = 0;
  if (bytes.size() < sizeof count) throw unavailable("the store's log ends before its terms");
  std::memcpy(&count, bytes.data(), sizeof count);
  bytes.remove_prefix(sizeof count);
  auto tables = state_->tables.lock();
  for (std::uint64_t i = 0; i < count; ++i) {
    if (bytes.empty()) throw unavailable("the store's log ends within its terms");
    auto const kind = static_cast<IdKind>(bytes[0]);
    bytes.remove_prefix(1);
    if (kind < IdKind::iri || kind > IdKind::literal)
      throw unavailable("the store's log names a kind of term that is none");
    TermView term{static_cast<TermKind>(static_cast<int>(kind) - 1), get(bytes), {}, {}};
    term.datatype = get(bytes);
    term.language = get(bytes);
    auto& terms = tables->terms[static_cast<std::size_t>(kind)];
    tables->ids.emplace(key_of(term, true), TermId::of(kind, terms.size()));
    terms.emplace_back(term);
  }
}

}  // namespace lepton::rdf
