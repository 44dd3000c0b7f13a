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
  static_cast<void>(options);
  return std::unique_ptr<Store>(new Store(std::make_shared<StoreState>(directory)));
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
  call.proceed();
}

void Store::backup(Call const& call, std::filesystem::path const& directory) const {
  if (std::filesystem::exists(directory) && !std::filesystem::is_empty(directory))
    throw conflict(fmt::format("{} is not empty", directory.string()));
  auto const copy = open(directory);
  Snapshot const from = snapshot();
  for (Layer const layer : {Layer::stated, Layer::inferred}) {
    Transaction transaction = copy->begin(call);
    ScanOptions options;
    options.layers = static_cast<Layers>(layer);
    for (Scan scan = from.scan({}, Order::spo, options); scan.next();) {
      call.proceed();
      for (std::size_t i = 0; i < scan.block().rows; ++i) {
        std::array<TermId, 4> ids;
        for (std::size_t part = 0; part < 4; ++part) {
          TermId const id = scan.block().columns[part][i];
          ids[part] =
              id == TermId::default_graph() ? id : transaction.dictionary().intern(from.dictionary().term(id).view());
        }
        transaction.insert({ids[0], ids[1], ids[2], ids[3]}, layer);
      }
    }
    transaction.commit();
  }
}

StoreFigures Store::figures() const {
  StoreFigures figures;
  auto const version = state_->published();
  figures.quads = static_cast<std::uint64_t>(version->tally(Order::spo, {}).both);
  figures.terms = state_->dictionary.size();
  figures.disk_bytes = state_->log_bytes();
  figures.runs = version->runs().size();
  for (auto const& run : version->runs()) figures.memory_bytes += run->memory_bytes();
  return figures;
}

}  // namespace lepton::rdf
