#include "rdf/store/store.h"

#include <fmt/format.h>

#include "base/error.h"
#include "rdf/store/store_state.h"

namespace lepton::rdf {

namespace {

/// Puts a document's statements into a transaction.
class LoadSink : public QuadSink {
 public:
  LoadSink(Transaction& transaction, LoadOptions const& options) : transaction_(transaction), options_(options) {}

  void quad(QuadView const& quad) override {
    ++read;
    transaction_.insert({id(quad.subject), id(quad.predicate), id(quad.object),
                         quad.graph                 ? id(*quad.graph)
                         : options_.graph.defined() ? options_.graph
                                                    : TermId::default_graph()},
                        options_.layer);
  }

  std::uint64_t read = 0;

 private:
  TermId id(TermView const& term) {
    Dictionary& terms = transaction_.dictionary();
    if (!term.is_blank() || !options_.fresh_blank_nodes) return terms.intern(term);
    auto const [place, fresh] = blanks_.try_emplace(std::string(term.value));
    if (fresh) place->second = terms.fresh_blank();
    return place->second;
  }

  Transaction& transaction_;
  LoadOptions const& options_;
  std::map<std::string, TermId> blanks_;
};

}  // namespace

std::unique_ptr<Store> Store::open(std::filesystem::path const& directory, StoreOptions options) {
  return std::unique_ptr<Store>(new Store(std::make_shared<StoreState>(directory, options)));
}

Store::Store(std::shared_ptr<StoreState> state) : state_(std::move(state)) {}
Store::~Store() = default;

Dictionary& Store::dictionary() {
  return state_->dictionary;
}

Snapshot Store::snapshot() const {
  return {state_->published(), state_->dictionary};
}

Transaction Store::begin(Call const& call) {
  return {state_, call};
}

LoadResult Store::load(Call const& call, std::function<void(QuadSink&)> const& fill, LoadOptions const& options) {
  Transaction transaction = begin(call);
  LoadSink sink(transaction, options);
  fill(sink);
  std::uint64_t const added = transaction.changes(options.layer).added.size();
  return {transaction.commit(), sink.read, added};
}

void Store::compact(Call const& call) {
  state_->flush(call, true);
}

void Store::backup(Call const& call, std::filesystem::path const& directory) const {
  if (std::filesystem::exists(directory) && !std::filesystem::is_empty(directory))
    throw conflict(fmt::format("{} is not empty", directory.string()));
  state_->backup(call, directory);
}

StoreFigures Store::figures() const {
  StoreFigures figures;
  state_->fill(figures);
  return figures;
}

}  // namespace lepton::rdf
