#include "rdf/canonical.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"
#include "rdf/nquads_text.h"

namespace lepton::rdf {

namespace {

/// RDFC-1.0 §4.3: gives out "c14n0", "c14n1"… in the order of asking, and remembers that order.
class IdentifierIssuer {
 public:
  explicit IdentifierIssuer(std::string_view prefix) : prefix_(prefix) {}

  std::string issue(std::string const& label) {
    auto const [entry, is_new] = issued_.try_emplace(label, order_.size());
    if (is_new) order_.push_back(label);
    return identifier(entry->second);
  }
  [[nodiscard]] bool has(std::string const& label) const { return issued_.contains(label); }
  [[nodiscard]] std::string get(std::string const& label) const { return identifier(issued_.at(label)); }
  [[nodiscard]] std::vector<std::string> const& order() const { return order_; }

 private:
  [[nodiscard]] std::string identifier(std::size_t number) const { return prefix_ + std::to_string(number); }

  std::string prefix_;
  std::unordered_map<std::string, std::size_t> issued_;
  std::vector<std::string> order_;
};

/// RDFC-1.0 §4.2 canonicalization state, and the algorithms over it.
class Canonicalizer {
 public:
  Canonicalizer(Call const& call, std::span<Quad const> dataset, CanonicalOptions const& options)
      : call_(call), dataset_(dataset), options_(options) {}

  [[nodiscard]] Canonical run();

 private:
  struct Path {
    std::string hash;
    IdentifierIssuer issuer;
  };
  struct ChosenPath {
    std::string path;
    IdentifierIssuer issuer;
  };
  /// Each of these calls is one level of C++ recursion.
  static constexpr std::size_t deepest = 1000;

  void index_blank_nodes();
  void issue_unique();
  void issue_shared();
  [[nodiscard]] std::string hash_first_degree(std::string const& label) const;
  [[nodiscard]] std::string const& first_degree(std::string const& label);
  [[nodiscard]] std::string hash_related(std::string const& related, Quad const& quad, IdentifierIssuer const& issuer,
                                         char position);
  [[nodiscard]] std::map<std::string, std::vector<std::string>> related_by_hash(std::string const& label,
                                                                                IdentifierIssuer const& issuer);
  [[nodiscard]] Path hash_n_degree(std::string const& label, IdentifierIssuer issuer);
  [[nodiscard]] ChosenPath shortest_path(std::vector<std::string> related, IdentifierIssuer const& issuer);
  [[nodiscard]] bool extend_path(std::vector<std::string> const& permutation, ChosenPath& candidate,
                                 std::string const* best);
  [[nodiscard]] Canonical result() const;
  [[nodiscard]] std::string hash(std::string_view text) const;
  void work(std::size_t steps = 1);

  Call const& call_;
  std::span<Quad const> dataset_;
  CanonicalOptions const& options_;
  std::map<std::string, std::vector<Quad const*>> quads_of_;
  std::map<std::string, std::vector<std::string>> labels_by_hash_;
  std::unordered_map<std::string, std::string> first_degree_;
  IdentifierIssuer canonical_{"c14n"};
  std::uint64_t worked_ = 0;
  std::size_t depth_ = 0;
};

bool is_blank(Term const& term) {
  return term.kind == TermKind::blank;
}

template <typename Visit>
void for_each_blank(Quad const& quad, Visit visit) {
  if (is_blank(quad.subject)) visit(quad.subject.value, 's');
  if (is_blank(quad.object)) visit(quad.object.value, 'o');
  if (quad.graph && is_blank(*quad.graph)) visit(quad.graph->value, 'g');
}

/// The statement with other blank node labels, as a line of canonical N-Quads.
template <typename Rename>
std::string write_renamed(Quad const& quad, Rename rename) {
  std::array<std::string, 3> names;
  std::size_t used = 0;
  QuadView view = quad.view();
  auto const replace = [&](TermView& term) {
    if (!term.is_blank()) return;
    names[used] = rename(std::string(term.value));
    term.value = names[used++];
  };
  replace(view.subject);
  replace(view.object);
  if (view.graph) replace(*view.graph);
  std::string line;
  append_quad(line, view);
  return line;
}

/// RDFC-1.0 §4.4.3.
Canonical Canonicalizer::run() {
  index_blank_nodes();
  for (auto const& [label, quads] : quads_of_) {
    call_.proceed();
    labels_by_hash_[first_degree(label)].push_back(label);
  }
  issue_unique();
  issue_shared();
  return result();
}

/// A dataset is a set: a statement given twice counts once.
void Canonicalizer::index_blank_nodes() {
  std::unordered_set<std::string> seen;
  for (Quad const& quad : dataset_) {
    call_.proceed();
    std::string line;
    append_quad(line, quad.view());
    if (!seen.insert(std::move(line)).second) continue;
    for_each_blank(quad, [&](std::string const& label, char) {
      auto& quads = quads_of_[label];
      if (quads.empty() || quads.back() != &quad) quads.push_back(&quad);
    });
  }
}

/// Step 4: nodes that their own statements tell apart.
void Canonicalizer::issue_unique() {
  std::erase_if(labels_by_hash_, [&](auto const& entry) {
    if (entry.second.size() > 1) return false;
    canonical_.issue(entry.second.front());
    return true;
  });
}

/// Step 5: nodes that only their surroundings tell apart.
void Canonicalizer::issue_shared() {
  for (auto const& [shared_hash, labels] : labels_by_hash_) {
    std::vector<Path> paths;
    for (std::string const& label : labels) {
      if (canonical_.has(label)) continue;
      IdentifierIssuer temporary("b");
      temporary.issue(label);
      paths.push_back(hash_n_degree(label, std::move(temporary)));
    }
    std::ranges::stable_sort(paths, {}, &Path::hash);
    for (Path const& path : paths) {
      for (std::string const& label : path.issuer.order()) canonical_.issue(label);
    }
  }
}

/// RDFC-1.0 §4.6.3.
std::string Canonicalizer::hash_first_degree(std::string const& label) const {
  std::vector<std::string> lines;
  for (Quad const* quad : quads_of_.at(label)) {
    lines.push_back(write_renamed(*quad, [&](std::string const& other) { return other == label ? "a" : "z"; }));
  }
  std::ranges::sort(lines);
  return hash(fmt::format("{}", fmt::join(lines, "")));
}

std::string const& Canonicalizer::first_degree(std::string const& label) {
  auto const found = first_degree_.find(label);
  if (found != first_degree_.end()) return found->second;
  return first_degree_.emplace(label, hash_first_degree(label)).first->second;
}

/// RDFC-1.0 §4.7.3.
std::string Canonicalizer::hash_related(std::string const& related, Quad const& quad, IdentifierIssuer const& issuer,
                                        char position) {
  std::string input(1, position);
  if (position != 'g') {
    input.push_back('<');
    input.append(quad.predicate.value).push_back('>');
  }
  if (canonical_.has(related)) {
    input.append("_:").append(canonical_.get(related));
  } else if (issuer.has(related)) {
    input.append("_:").append(issuer.get(related));
  } else {
    input.append(first_degree(related));
  }
  return hash(input);
}

/// RDFC-1.0 §4.8.3 steps 1 to 3.
std::map<std::string, std::vector<std::string>> Canonicalizer::related_by_hash(std::string const& label,
                                                                               IdentifierIssuer const& issuer) {
  std::map<std::string, std::vector<std::string>> related;
  for (Quad const* quad : quads_of_.at(label)) {
    for_each_blank(*quad, [&](std::string const& other, char position) {
      if (other == label) return;
      work();
      related[hash_related(other, *quad, issuer, position)].push_back(other);
    });
  }
  return related;
}

/// RDFC-1.0 §4.8.3.
Canonicalizer::Path Canonicalizer::hash_n_degree(std::string const& label, IdentifierIssuer issuer) {
  work();
  if (depth_ == deepest) {
    throw exhausted("the graph's blank nodes form chains too long to be canonicalised").with_reason("poison_graph");
  }
  ++depth_;
  std::string data;
  for (auto& [related_hash, labels] : related_by_hash(label, issuer)) {
    data.append(related_hash);
    ChosenPath chosen = shortest_path(labels, issuer);
    data.append(chosen.path);
    issuer = std::move(chosen.issuer);
  }
  --depth_;
  return {hash(data), std::move(issuer)};
}

/// Steps 5.1 to 5.6: the least path over all orders of the related nodes.
Canonicalizer::ChosenPath Canonicalizer::shortest_path(std::vector<std::string> related,
                                                       IdentifierIssuer const& issuer) {
  std::ranges::sort(related);
  std::optional<ChosenPath> best;
  do {
    // Copying the issuer is what costs here, some entries a step.
    work(1 + issuer.order().size() / 8);
    ChosenPath candidate{"", issuer};
    if (!extend_path(related, candidate, best ? &best->path : nullptr)) continue;
    if (!best || candidate.path < best->path) best = std::move(candidate);
  } while (std::ranges::next_permutation(related).found);
  check(best.has_value(), "one order of the related nodes is the least");
  return *std::move(best);
}

/// Steps 5.4.3 to 5.4.5; false as soon as the path cannot become the least.
bool Canonicalizer::extend_path(std::vector<std::string> const& permutation, ChosenPath& candidate,
                                std::string const* best) {
  auto const hopeless = [&] {
    return best != nullptr && candidate.path.size() >= best->size() && candidate.path > *best;
  };
  std::vector<std::string> recursion;
  for (std::string const& related : permutation) {
    if (canonical_.has(related)) {
      candidate.path.append("_:").append(canonical_.get(related));
    } else {
      if (!candidate.issuer.has(related)) recursion.push_back(related);
      candidate.path.append("_:").append(candidate.issuer.issue(related));
    }
    if (hopeless()) return false;
  }
  for (std::string const& related : recursion) {
    work(candidate.issuer.order().size() / 8);
    Path deeper = hash_n_degree(related, candidate.issuer);
    candidate.path.append("_:").append(candidate.issuer.issue(related));
    candidate.path.append("<").append(deeper.hash).append(">");
    candidate.issuer = std::move(deeper.issuer);
    if (hopeless()) return false;
  }
  return true;
}

Canonical Canonicalizer::result() const {
  Canonical result;
  std::vector<std::string> lines;
  lines.reserve(dataset_.size());
  auto const rename = [&](std::string const& label) { return canonical_.get(label); };
  for (Quad const& quad : dataset_) lines.push_back(write_renamed(quad, rename));
  std::ranges::sort(lines);
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  for (std::string const& line : lines) result.nquads.append(line);
  for (auto const& [label, quads] : quads_of_) result.labels.emplace(label, canonical_.get(label));
  return result;
}

std::string Canonicalizer::hash(std::string_view text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_MD const* const algorithm = options_.hash == CanonicalHash::sha256 ? EVP_sha256() : EVP_sha384();
  bool const done = EVP_Digest(text.data(), text.size(), digest.data(), &length, algorithm, nullptr) == 1;
  check(done, "OpenSSL computes a digest");
  return to_hex({reinterpret_cast<char const*>(digest.data()), length});
}

void Canonicalizer::work(std::size_t steps) {
  std::uint64_t const before = worked_;
  worked_ += steps;
  if (worked_ > options_.work_limit) {
    throw exhausted("the graph's blank nodes are too alike to be canonicalised within the limit of work")
        .with_reason("poison_graph");
  }
  if (worked_ / 256 != before / 256) call_.proceed();
}

}  // namespace

Canonical canonicalize(Call const& call, std::span<Quad const> dataset, CanonicalOptions const& options) {
  return Canonicalizer(call, dataset, options).run();
}

bool isomorphic(Call const& call, std::span<Quad const> a, std::span<Quad const> b) {
  return canonicalize(call, a).nquads == canonicalize(call, b).nquads;
}

}  // namespace lepton::rdf
