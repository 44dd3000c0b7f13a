#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/call.h"
#include "rdf/quad.h"
#include "rdf/store/pending_changes.h"
#include "rdf/store/store.h"

namespace lepton::rdf {

/// Loads one stream of statements as one commit, in files beside those of the store. It holds the right to write;
/// nothing of it is seen before commit(), and without one nothing stays. One thread.
class BulkLoad : public QuadSink {
 public:
  BulkLoad(Call const& call, StoreState& store, LoadOptions const& options);

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

  Dictionary& dictionary_;
  PendingChanges changes_;
  LoadOptions const& options_;
  std::string const scope_;
  std::string label_;
  Recent subject_;
  Recent graph_;
  std::array<Recent, 64> predicates_;
  std::uint64_t read_ = 0;
};

}  // namespace lepton::rdf
