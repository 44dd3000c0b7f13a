#include "sparql/leapfrog_join.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace lepton::sparql {

namespace {

/// A pattern of one or two variables, sorted: the values of the one that is bound first, and for each of them those of
/// the other.
struct Trie {
  explicit Trie(Budget& budget) : charge(budget) {}

  std::size_t key_level = 0;        ///< place of the first variable in the order
  std::size_t value_level = 0;      ///< of the second; the same when there is none
  std::vector<rdf::TermId> keys;    ///< ascending, each once
  std::vector<std::size_t> begins;  ///< by key: where its values begin; where the last ones end
  std::vector<rdf::TermId> values;  ///< ascending within a key
  Charge charge;

  [[nodiscard]] bool is_binary() const { return key_level != value_level; }
  void settle() {
    charge.set((keys.capacity() + values.capacity()) * sizeof(rdf::TermId) + begins.capacity() * sizeof(std::size_t));
  }
};

/// The order that has all that the pattern binds first, and then `key`.
rdf::Order order_of(rdf::QuadPattern const& ids, rdf::Part key) {
  for (auto const order : {rdf::Order::spo, rdf::Order::pso, rdf::Order::pos, rdf::Order::osp}) {
    auto const parts = rdf::parts_of(order);
    auto const place = std::find(parts.begin(), parts.end(), key);
    auto const is_bound = [&](rdf::Part part) { return ids.part(part).defined(); };
    bool const fits = std::all_of(parts.begin(), place, is_bound) && std::none_of(place, parts.begin() + 3, is_bound);
    if (fits) return order;
  }
  check(false, "a leapfrog join reads patterns of one variable, or of two beside a predicate");
  return rdf::Order::spo;
}

Trie read_trie(Execution& execution, JoinPart const& part, std::vector<Variable> const& order) {
  Trie out(execution.budget());
  std::vector<std::pair<std::size_t, rdf::Part>> places;  // level and part of each variable
  for (std::size_t i = 0; i < 3; ++i) {
    auto const& variable = part.pattern.variables[i];
    if (!variable) continue;
    auto const level = static_cast<std::size_t>(std::ranges::find(order, *variable) - order.begin());
    places.emplace_back(level, static_cast<rdf::Part>(i));
  }
  std::ranges::sort(places);
  auto const rows = static_cast<std::size_t>(part.rows);
  out.keys.reserve(places.size() == 1
                       ? rows
                       : std::min(rows, static_cast<std::size_t>(part.values_of(order[places.front().first]))));
  if (places.size() == 2) out.values.reserve(rows);
  out.key_level = places.front().first;
  out.value_level = places.back().first;
  rdf::QuadPattern ids = part.pattern.ids;
  rdf::ScanOptions options;
  bool const any = execution.prepare(ids, options, false);
  options.columns.fill(false);
  for (auto const& [level, place] : places) options.columns[static_cast<std::size_t>(place)] = true;
  auto const scan_order = order_of(part.pattern.ids, places.front().second);
  auto scan = execution.snapshot().scan(ids, scan_order, std::move(options));
  while (any && scan.next()) {
    execution.call().proceed();
    auto const keys = scan.block().column(places.front().second);
    if (out.is_binary()) {
      auto const values = scan.block().column(places.back().second);
      for (std::size_t row = 0; row < keys.size(); ++row) {
        if (!out.keys.empty() && out.keys.back() == keys[row]) continue;
        out.keys.push_back(keys[row]);
        out.begins.push_back(out.values.size() + row);
      }
      out.values.insert(out.values.end(), values.begin(), values.end());
    } else {
      out.keys.insert(out.keys.end(), keys.begin(), keys.end());
    }
    out.settle();
  }
  out.begins.push_back(out.values.size());
  return out;
}

/// Sorted values from a place on.
struct Cursor {
  rdf::TermId const* at = nullptr;
  rdf::TermId const* end = nullptr;

  [[nodiscard]] bool ended() const { return at == end; }
  /// To the first value that is at least this: gallops, then halves.
  void seek(rdf::TermId value) {
    std::ptrdiff_t const left = end - at;
    std::ptrdiff_t step = 1;
    while (step < left && at[step] < value) step *= 2;
    at = std::lower_bound(at + step / 2, at + std::min(step + 1, left), value);
  }
};

double rows_to_read(std::vector<JoinPart> const& patterns) {
  return std::accumulate(patterns.begin(), patterns.end(), 0.0,
                         [](double sum, JoinPart const& pattern) { return sum + pattern.rows; });
}

/// What a trie offers at one level.
struct Role {
  Trie const* trie = nullptr;
  std::size_t number = 0;  ///< of the trie
  bool is_key = false;
};

/// Tries and who has a say at which level; read by all threads of a join.
class Tries {
 public:
  Tries(Execution& execution, std::vector<JoinPart> const& patterns, std::vector<Variable> const& order)
      : levels_(order.size()) {
    std::vector<std::optional<Trie>> read(patterns.size());
    RowMorsels const morsels = execution.morsels(patterns.size(), rows_to_read(patterns));
    morsels.run([&](MorselQueue& queue) {
      while (auto const morsel = queue.next()) {
        auto const [begin, end] = morsels.range(*morsel);
        for (std::size_t i = begin; i < end; ++i) read[i].emplace(read_trie(execution, patterns[i], order));
      }
    });
    for (auto& trie : read) tries_.push_back(std::move(*trie));
    for (std::size_t i = 0; i < tries_.size(); ++i) {
      levels_[tries_[i].key_level].push_back({&tries_[i], i, true});
      if (tries_[i].is_binary()) levels_[tries_[i].value_level].push_back({&tries_[i], i, false});
    }
    // The one with the fewest values leads.
    std::ranges::sort(levels_[0], {}, [](Role const& role) { return role.trie->keys.size(); });
  }
  Tries(Tries const&) = delete;
  Tries& operator=(Tries const&) = delete;

  [[nodiscard]] std::vector<std::vector<Role>> const& levels() const { return levels_; }
  [[nodiscard]] std::size_t count() const { return tries_.size(); }
  /// Values that the first variable may have.
  [[nodiscard]] std::size_t firsts() const { return levels_[0][0].trie->keys.size(); }

 private:
  std::vector<Trie> tries_;
  std::vector<std::vector<Role>> levels_;
};

/// Walks the solutions whose first variable has some of its values, on one thread.
template <typename Emit>
class Leapfrog {
 public:
  Leapfrog(Call const& call, Tries const& tries, Emit emit)
      : call_(call), tries_(tries), emit_(std::move(emit)), cursors_(tries.levels().size()), keys_(tries.count()) {
    for (std::size_t level = 0; level < cursors_.size(); ++level) cursors_[level].resize(tries.levels()[level].size());
    binding_.resize(cursors_.size());
  }

  void run(RowRange firsts) {
    open(0);
    Cursor& leader = cursors_[0][0];
    leader.end = leader.at + firsts.end;
    leader.at += firsts.begin;
    intersect(0);
  }

 private:
  void open(std::size_t level) {
    auto const& roles = tries_.levels()[level];
    for (std::size_t i = 0; i < roles.size(); ++i) {
      Trie const& trie = *roles[i].trie;
      std::size_t const key = keys_[roles[i].number];
      cursors_[level][i] =
          roles[i].is_key ? Cursor{trie.keys.data(), trie.keys.data() + trie.keys.size()}
                          : Cursor{trie.values.data() + trie.begins[key], trie.values.data() + trie.begins[key + 1]};
    }
  }

  /// Finds the values that all cursors of the level have; false to end it all.
  bool intersect(std::size_t level) {
    auto& cursors = cursors_[level];
    if (std::ranges::any_of(cursors, &Cursor::ended)) return true;
    for (rdf::TermId value = cursors[0].at[0];;) {
      if ((++steps_ & 1023) == 0) call_.proceed();
      if (!agree(cursors, value)) return true;
      binding_[level] = value;
      if (!below(level)) return false;
      if (++cursors[0].at; cursors[0].ended()) return true;
      value = *cursors[0].at;
    }
  }

  /// Moves all to the least value that they have in common, from `value` on; false when there is none.
  static bool agree(std::vector<Cursor>& cursors, rdf::TermId& value) {
    for (std::size_t agreeing = 0, i = 0; agreeing < cursors.size(); i = i + 1 == cursors.size() ? 0 : i + 1) {
      cursors[i].seek(value);
      if (cursors[i].ended()) return false;
      agreeing = *cursors[i].at == value ? agreeing + 1 : 1;
      value = *cursors[i].at;
    }
    return true;
  }

  bool below(std::size_t level) {
    if (level + 1 == cursors_.size()) return emit_(binding_);
    auto const& roles = tries_.levels()[level];
    for (std::size_t i = 0; i < roles.size(); ++i) {
      if (roles[i].is_key)
        keys_[roles[i].number] = static_cast<std::size_t>(cursors_[level][i].at - roles[i].trie->keys.data());
    }
    open(level + 1);
    return intersect(level + 1);
  }

  Call const& call_;
  Tries const& tries_;
  Emit emit_;
  std::vector<std::vector<Cursor>> cursors_;  ///< by level
  std::vector<std::size_t> keys_;             ///< by trie: the key that is bound
  std::vector<rdf::TermId> binding_;          ///< by level
  std::size_t steps_ = 0;
};

}  // namespace

Table leapfrog_join(Execution& execution, std::vector<JoinPart> const& patterns, std::vector<Variable> const& order,
                    std::uint64_t limit) {
  Tries const tries(execution, patterns, order);
  RowMorsels const morsels = limit == Execution::all ? execution.morsels(tries.firsts(), rows_to_read(patterns))
                                                     : RowMorsels::whole(tries.firsts());
  return join_pieces(execution.call(), execution.parallelism(), morsels, [&](RowRange firsts, bool /*on_caller*/) {
    Table out = execution.nothing(order);
    std::size_t rows = 0;
    Leapfrog walk(execution.call(), tries, [&](std::vector<rdf::TermId> const& binding) {
      for (std::size_t i = 0; i < binding.size(); ++i) out.column(i).push_back(binding[i]);
      if ((++rows & 4095) == 0) out.settle(rows);
      return rows < limit;
    });
    walk.run(firsts);
    out.settle(rows);
    out.sorted_by = order;
    return out;
  });
}

std::uint64_t count_leapfrog_join(Execution& execution, std::vector<JoinPart> const& patterns,
                                  std::vector<Variable> const& order) {
  Tries const tries(execution, patterns, order);
  RowMorsels const morsels = execution.morsels(tries.firsts(), rows_to_read(patterns));
  std::atomic<std::uint64_t> sum = 0;
  morsels.run([&](MorselQueue& queue) {
    while (auto const morsel = queue.next()) {
      std::uint64_t rows = 0;
      Leapfrog walk(execution.call(), tries, [&](std::vector<rdf::TermId> const&) {
        ++rows;
        return true;
      });
      walk.run(morsels.range(*morsel));
      sum += rows;
    }
  });
  return sum;
}

}  // namespace lepton::sparql
