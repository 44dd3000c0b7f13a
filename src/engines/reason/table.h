#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/huge_pages.h"
#include "reason/fact.h"

namespace lepton::reason {

using Row = std::uint32_t;
inline constexpr Row no_row = ~Row{0};

/// Which rows an evaluation sees.
enum class View : std::uint8_t {
  now,     ///< what holds
  before,  ///< what held when the present round of derivation began
  old,     ///< what held when the present update began
};

/// The facts of one property in one graph (subject and object), or of one class (the subject alone), as columns of ids
/// to which rows are only appended. A row that no longer holds stays, marked, until `compact`. Many threads may read
/// while none writes; an index comes into being when it is first asked for.
class Table {
 public:
  /// `type_class` is set for the table of a class, whose predicate is rdf:type.
  Table(TermKey graph, TermKey predicate, TermKey type_class);
  Table(Table const&) = delete;
  Table& operator=(Table const&) = delete;
  ~Table();

  [[nodiscard]] TermKey graph() const { return graph_; }
  [[nodiscard]] TermKey predicate() const { return predicate_; }
  [[nodiscard]] TermKey type_class() const { return type_class_; }
  [[nodiscard]] bool is_unary() const { return type_class_ != no_term; }

  [[nodiscard]] Row size() const { return static_cast<Row>(subjects_.size()); }
  [[nodiscard]] std::size_t count() const { return size() - dead_; }  ///< of rows that hold
  [[nodiscard]] TermKey subject(Row row) const { return subjects_[row]; }
  [[nodiscard]] TermKey object(Row row) const { return is_unary() ? type_class_ : objects_[row]; }
  [[nodiscard]] Fact fact(Row row) const { return {graph_, subject(row), predicate_, object(row)}; }

  /// The last row with these terms, whether it holds or not; `no_row` when there is none.
  [[nodiscard]] Row find(TermKey subject, TermKey object) const;
  /// Prefetches where `find` and `insert` of these terms will look first, and the row that this place names.
  void prefetch_place(TermKey subject, TermKey object) const;
  void prefetch_row(TermKey subject, TermKey object) const;
  /// Rows with this subject (object), newest first.
  [[nodiscard]] Row first_by_subject(TermKey subject) const { return index(by_subject_, subjects_).first(subject); }
  [[nodiscard]] Row first_by_object(TermKey object) const { return index(by_object_, objects_).first(object); }
  [[nodiscard]] Row next_by_subject(Row row) const { return by_subject_.load()->next[row]; }
  [[nodiscard]] Row next_by_object(Row row) const { return by_object_.load()->next[row]; }

  [[nodiscard]] bool holds(Row row) const { return (status_[row] & alive) != 0; }
  [[nodiscard]] bool is_stated(Row row) const { return (status_[row] & (stated | alias)) != 0; }
  [[nodiscard]] bool died_in_update(Row row) const { return (status_[row] & died) != 0; }
  [[nodiscard]] bool is_visible(Row row, View view) const {
    switch (view) {
      case View::now:
        return holds(row);
      case View::before:
        return holds(row) && row < delta_begin_;
      case View::old:
        return row < update_begin_ && (status_[row] & (alive | died)) != 0;
    }
    return false;
  }

  struct Inserted {
    Row row;
    bool changed;  ///< it did not hold before
  };
  /// Makes it hold. A row that ended in this update lives again; else a new one is appended.
  Inserted insert(TermKey subject, TermKey object);
  /// `row` holds and does not from now on.
  void end(Row row);

  enum class Support : std::uint8_t { itself, alias };
  /// Marks that the row was stated: as it stands, or in other terms that are equal to its own.
  void set_stated(Row row, Support support, bool value);
  [[nodiscard]] bool is_stated_itself(Row row) const { return (status_[row] & stated) != 0; }
  [[nodiscard]] bool is_stated_by_alias(Row row) const { return (status_[row] & alias) != 0; }

  // An update, and its rounds.
  void begin_update();
  void begin_round();
  [[nodiscard]] Row update_begin() const { return update_begin_; }
  [[nodiscard]] Row delta_begin() const { return delta_begin_; }
  [[nodiscard]] Row delta_end() const { return delta_end_; }
  /// Rows that began to hold again since the round began.
  [[nodiscard]] std::span<Row const> revived() const { return delta_revived_; }
  [[nodiscard]] bool has_delta() const { return delta_begin_ < delta_end_ || !delta_revived_.empty(); }
  /// Makes everything new in this update the delta.
  void take_update_as_delta();
  [[nodiscard]] std::vector<Row> const& ended() const {
    return ended_;
  }  ///< in this update, also those that live again
  /// Ends the update: what does not hold is forgotten.
  void finish_update();

  [[nodiscard]] std::size_t bytes() const;

 private:
  static constexpr std::uint8_t alive = 1, stated = 2, alias = 4, died = 8;

  struct Index {
    explicit Index(LargeVector<TermKey> const& column);
    [[nodiscard]] Row first(TermKey key) const;
    void append(TermKey key, Row row);
    void grow();
    struct Head {
      TermKey key = no_term;
      Row row = no_row;
    };
    LargeVector<Head> heads;
    LargeVector<Row> next;
    std::size_t keys = 0;
  };
  Index const& index(std::atomic<Index*>& slot, LargeVector<TermKey> const& column) const;
  /// Where in `slots_` a pair stands, or would.
  struct Place {
    std::size_t slot = 0;
    Row tag = 0;
    Row row = no_row;
  };
  [[nodiscard]] Place place_of(TermKey subject, TermKey object) const;
  /// The bits of a slot that are a row; the others are of the pair's hash, so that other pairs are seldom looked at.
  [[nodiscard]] Row row_bits() const { return static_cast<Row>(slots_.size() - 1); }
  void put(Place const& place, Row row);
  void grow();
  void compact();
  void drop_indexes();

  TermKey graph_;
  TermKey predicate_;
  TermKey type_class_;
  LargeVector<TermKey> subjects_;
  LargeVector<TermKey> objects_;  ///< empty for a class
  LargeVector<std::uint8_t> status_;
  LargeVector<Row> slots_;  ///< open addressing over (subject, object); more than there are rows
  mutable std::mutex index_mutex_;
  mutable std::atomic<Index*> by_subject_ = nullptr;
  mutable std::atomic<Index*> by_object_ = nullptr;
  std::size_t dead_ = 0;
  std::size_t used_slots_ = 0;
  Row update_begin_ = 0;
  Row delta_begin_ = 0;
  Row delta_end_ = 0;
  std::vector<Row> ended_;
  std::vector<Row> revived_;           ///< in this update
  std::size_t revived_in_rounds_ = 0;  ///< of these, that were in a delta
  std::vector<Row> delta_revived_;
};

}  // namespace lepton::reason
