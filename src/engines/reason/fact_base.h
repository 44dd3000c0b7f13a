#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "reason/table.h"

namespace lepton::reason {

using TableIndex = std::uint32_t;
inline constexpr TableIndex no_table = ~TableIndex{0};

/// Where a fact is kept. Stays valid until its table is compacted at the end of an update.
struct FactRef {
  TableIndex table = no_table;
  Row row = no_row;

  friend auto operator<=>(FactRef const&, FactRef const&) = default;
};
struct FactRefHash {
  [[nodiscard]] std::size_t operator()(FactRef const& ref) const {
    return mix((std::uint64_t{ref.table} << 32) | ref.row);
  }
};

/// All facts that reasoning works on, partitioned by graph, property and, for rdf:type, class. Tables are never
/// removed. Read by many threads or changed by one.
class FactBase {
 public:
  /// `type` is the id of rdf:type.
  explicit FactBase(TermKey type) : type_(type) {}

  [[nodiscard]] TermKey type() const { return type_; }
  [[nodiscard]] TableIndex tables() const { return static_cast<TableIndex>(tables_.size()); }
  [[nodiscard]] Table& table(TableIndex index) { return *tables_[index]; }
  [[nodiscard]] Table const& table(TableIndex index) const { return *tables_[index]; }

  /// The table of such facts; the object counts for rdf:type alone.
  [[nodiscard]] TableIndex find_table(TermKey graph, TermKey predicate, TermKey object) const;
  [[nodiscard]] TableIndex table_for(TermKey graph, TermKey predicate, TermKey object);
  /// Tables that a pattern may match; `no_term` for a predicate or class that may be any.
  [[nodiscard]] std::vector<TableIndex> const& tables_of_classes() const { return class_tables_; }

  /// The fact's row when it holds.
  [[nodiscard]] FactRef find(Fact const& fact) const;
  [[nodiscard]] Fact fact(FactRef ref) const { return table(ref.table).fact(ref.row); }
  [[nodiscard]] bool holds(Fact const& fact) const { return find(fact).row != no_row; }

  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  [[nodiscard]] Fact key_of(TermKey graph, TermKey predicate, TermKey object) const {
    return {graph, no_term, predicate, predicate == type_ ? object : no_term};
  }

  TermKey type_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::vector<TableIndex> class_tables_;
  std::unordered_map<Fact, TableIndex, FactHash> by_key_;
};

}  // namespace lepton::reason
