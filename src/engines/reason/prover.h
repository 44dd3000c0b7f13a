#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "reason/join.h"
#include "reason/program.h"

namespace lepton::reason {

/// Decides whether facts follow from stated ones, by searching backward from them and drawing conclusions forward in
/// what was found: the Backward/Forward algorithm (Motik, Nenov, Piro, Horrocks, AAAI 2015). What it has proved rests
/// on stated facts alone, never on itself. Lives for one update of one component, or for one explanation; one thread.
/// Facts may end between its calls, when it has disproved them.
class Prover {
 public:
  enum class Search : std::uint8_t { depth_first, breadth_first };

  /// All outlive it. Facts that `component` does not derive are taken as proved; with -1 every fact must be.
  Prover(Call const& call, FactBase const& facts, Terms& terms, Program const& program, int component, Search search);

  /// Whether `goal`, which holds, can be derived from stated facts. When not, `disproved` has it and all others that
  /// were found without a proof on the way.
  [[nodiscard]] bool prove(FactRef goal);
  [[nodiscard]] std::vector<FactRef> const& disproved() const { return disproved_; }

  /// A rule and the facts that its body was matched with.
  struct Instance {
    FactRef head;
    std::size_t rule = 0;
    std::vector<FactRef> body;
    std::uint32_t missing = 0;  ///< members of the body without a proof so far
  };
  /// How a proved fact was derived; nullptr when it is stated or taken as proved.
  [[nodiscard]] Instance const* proof_of(FactRef fact) const;

 private:
  struct Node {
    bool proved = false;
    bool explored = false;
    std::uint32_t goal = 0;                  ///< the last search that came by
    std::int64_t proof = -1;                 ///< the instance that proved it
    std::vector<std::uint32_t> derivations;  ///< instances with this head
    std::vector<std::uint32_t> waiting;      ///< instances with this fact in the body
  };

  static constexpr int unknown = -2;

  [[nodiscard]] bool is_given(FactRef fact);
  [[nodiscard]] bool holds(FactRef fact) const { return facts_.table(fact.table).holds(fact.row); }
  void explore(FactRef fact);
  [[nodiscard]] bool add_instance(FactRef head, std::size_t rule, Join const& join);
  void set_proved(FactRef fact, std::int64_t instance);

  Call const& call_;
  FactBase const& facts_;
  Terms& terms_;
  Program const& program_;
  int component_;
  Search search_;
  std::unordered_map<FactRef, Node, FactRefHash> nodes_;
  std::vector<Instance> instances_;
  std::vector<FactRef> disproved_;
  std::vector<int> components_;  ///< by table, as far as asked for
  std::uint32_t goal_ = 0;
  std::uint32_t explored_ = 0;
};

}  // namespace lepton::reason
