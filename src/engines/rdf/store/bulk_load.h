#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/call.h"
#include "rdf/quad.h"
#include "rdf/store/store.h"
#include "rdf/store/store_state.h"

namespace lepton::rdf {

/// Loads one stream of statements into files beside those of the store, sorted piece by piece within the memory limit.
/// It holds the right to write; nothing of it is seen before commit(), and without one nothing stays. One thread.
class BulkLoad : public QuadSink {
 public:
  BulkLoad(Call const& call, StoreState& store, LoadOptions const& options);
  ~BulkLoad() override;

  void quad(QuadView const& quad) override;
  /// Once, at the end.
  [[nodiscard]] LoadResult commit();

 private:
  /// The last term in a place of the statement, which is often the next one too.
  struct Recent {
    Term term;
    TermId id;
  };

  [[nodiscard]] TermId id_of(TermView const& term);
  [[nodiscard]] TermId recent_id(Recent& recent, TermView const& term);
  void write_piece();
  void find_changes();

  Call const& call_;
  StoreState& store_;
  std::shared_ptr<Version const> base_;
  LoadOptions const& options_;
  std::string const scope_;
  std::string label_;
  std::size_t piece_quads_;
  Recent subject_;
  Recent graph_;
  std::array<Recent, 64> predicates_;
  std::vector<QuadChange> piece_;
  std::vector<QuadChange> scratch_;
  Runs files_;
  LoadResult result_;
  bool committed_ = false;
};

}  // namespace lepton::rdf
