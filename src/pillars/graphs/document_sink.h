#pragma once

#include <map>
#include <string>

#include "rdf/store/transaction.h"

namespace lepton::graphs {

/// Puts a document's statements into a transaction: those of its default graph into `graph`, its blank nodes as new
/// ones, since they are the document's own. One document; outlived by the transaction.
class DocumentSink : public rdf::QuadSink {
 public:
  DocumentSink(rdf::Transaction& transaction, rdf::TermId graph) : transaction_(transaction), graph_(graph) {}

  void quad(rdf::QuadView const& quad) override {
    transaction_.insert({id(quad.subject), id(quad.predicate), id(quad.object), quad.graph ? id(*quad.graph) : graph_});
  }

 private:
  rdf::TermId id(rdf::TermView const& term) {
    auto& terms = transaction_.dictionary();
    if (!term.is_blank()) return terms.intern(term);
    auto const [place, is_new] = blanks_.try_emplace(std::string(term.value));
    if (is_new) place->second = terms.fresh_blank();
    return place->second;
  }

  rdf::Transaction& transaction_;
  rdf::TermId graph_;
  std::map<std::string, rdf::TermId> blanks_;
};

}  // namespace lepton::graphs
