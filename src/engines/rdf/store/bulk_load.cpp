#include "rdf/store/bulk_load.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/random.h"
#include "rdf/store/disk_run.h"
#include "rdf/store/quad_sort.h"
#include "rdf/store/run_merge.h"
#include "rdf/store/run_writer.h"

namespace lepton::rdf {

namespace {

constexpr std::uint64_t quads_between_looks = 1024;  ///< at the memory that new terms take
constexpr std::size_t max_piece = std::size_t{1} << 22;

/// In which layers quads stand, asked in ascending order.
class LayersReader {
 public:
  explicit LayersReader(Runs const& runs) : merge_(runs, Order::spo), rows_(merge_.next() ? merge_.rows() : 0) {}

  [[nodiscard]] std::uint8_t layers_of(IdQuad const& quad) {
    std::array const key{quad.subject, quad.predicate, quad.object, quad.graph};
    if (rows_ > 0 && row(rows_ - 1) < key) {
      enter();
      if (rows_ > 0 && row(rows_ - 1) < key) {
        merge_.seek({key, 4});  // far away
        enter();
      }
    }
    while (row_ < rows_ && row(row_) < key) ++row_;
    return row_ < rows_ && row(row_) == key ? Change::unpack(merge_.changes()[row_]).after : 0;
  }

 private:
  void enter() {
    rows_ = merge_.next() ? merge_.rows() : 0;
    row_ = 0;
  }
  [[nodiscard]] std::array<TermId, 4> row(std::size_t index) const {
    auto const& columns = merge_.columns();
    return {columns[0][index], columns[1][index], columns[2][index], columns[3][index]};
  }

  RunMerge merge_;
  std::size_t rows_;
  std::size_t row_ = 0;
};

}  // namespace

BulkLoad::BulkLoad(Call const& call, StoreState& store, LoadOptions const& options)
    : call_(call), store_(store), base_(store.begin(call)), options_(options), scope_(to_hex(random_bytes(8))) {
  // Sorting takes a piece twice; as much again is for the dictionary and merging.
  piece_quads_ = std::clamp<std::size_t>(store.options.memory_limit / (4 * sizeof(QuadChange)), 1024, max_piece);
}

BulkLoad::~BulkLoad() {
  if (committed_) return;
  store_.end();
  for (auto const& file : files_) {
    std::error_code ignored;  // the next opening removes what is left
    std::filesystem::remove(dynamic_cast<DiskRun const&>(*file).file().path(), ignored);
  }
}

TermId BulkLoad::id_of(TermView const& term) {
  if (!term.is_blank() || !options_.fresh_blank_nodes) return store_.dictionary.intern(term);
  label_ = fmt::format("b{}_{}", scope_, term.value);
  return store_.dictionary.intern(blank_view(label_));
}

TermId BulkLoad::recent_id(Recent& recent, TermView const& term) {
  if (recent.id.defined() && recent.term.view() == term) return recent.id;
  recent.id = id_of(term);
  recent.term = Term(term);
  return recent.id;
}

void BulkLoad::quad(QuadView const& quad) {
  if (++result_.read % quads_between_looks == 0 && store_.dictionary.memory_bytes() > store_.options.memory_limit / 4)
    store_.flush_terms(call_);
  std::string_view const predicate = quad.predicate.value;
  std::size_t const place =
      predicate.empty() ? 0
                        : (predicate.size() * 7 + static_cast<unsigned char>(predicate.back())) % predicates_.size();
  TermId graph = options_.graph.defined() ? options_.graph : TermId::default_graph();
  if (quad.graph) graph = recent_id(graph_, *quad.graph);
  IdQuad const ids{recent_id(subject_, quad.subject), recent_id(predicates_[place], quad.predicate), id_of(quad.object),
                   graph};
  piece_.push_back({ids, {0, static_cast<std::uint8_t>(options_.layer)}});
  if (piece_.size() == piece_quads_) write_piece();
}

/// Sorts the piece and leaves of it what changes something against everything before it.
void BulkLoad::find_changes() {
  sort_quads(piece_, scratch_);
  auto const same = [](QuadChange const& a, QuadChange const& b) { return a.quad == b.quad; };
  piece_.erase(std::unique(piece_.begin(), piece_.end(), same), piece_.end());
  Runs below = base_->runs();
  below.insert(below.end(), files_.begin(), files_.end());
  if (below.empty()) return;
  auto const layer = static_cast<std::uint8_t>(options_.layer);
  LayersReader reader(below);
  std::erase_if(piece_, [&](QuadChange& row) {
    std::uint8_t const before = reader.layers_of(row.quad);
    row.change = {before, static_cast<std::uint8_t>(before | layer)};
    return (before & layer) != 0;
  });
}

void BulkLoad::write_piece() {
  call_.proceed();
  find_changes();
  if (piece_.empty()) return;
  result_.added += piece_.size();
  files_.push_back(write_run(call_, piece_, scratch_, store_.new_file("run")));
  piece_.clear();
}

LoadResult BulkLoad::commit() {
  write_piece();
  if (files_.empty()) {
    result_.version = base_->number();
    store_.wait_until_durable(result_.version);
    return result_;
  }
  result_.version = store_.commit_files(call_, files_);
  committed_ = true;
  return result_;
}

}  // namespace lepton::rdf
