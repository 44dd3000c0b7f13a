#include "rdf/store/pending_changes.h"

#include <algorithm>

#include "base/check.h"
#include "rdf/store/disk_run.h"
#include "rdf/store/quad_sort.h"
#include "rdf/store/run_merge.h"
#include "rdf/store/run_writer.h"

namespace lepton::rdf {

namespace {

constexpr std::size_t between_looks = 1024;  ///< changes; at the memory that they and new terms take
constexpr std::size_t max_piece = std::size_t{1} << 22;
constexpr std::size_t worth_a_walk = 64;  ///< fewer quads are looked up one by one

/// In which layers quads stand, asked in ascending order.
class LayersReader {
 public:
  explicit LayersReader(Runs const& runs) : merge_(runs, Order::spo) {}

  [[nodiscard]] std::uint8_t layers_of(IdQuad const& quad) {
    std::array const key{quad.subject, quad.predicate, quad.object, quad.graph};
    if (rows_ == 0 || row(rows_ - 1) < key) {
      if (ended_) return 0;
      merge_.seek({key, 4});
      ended_ = !merge_.next();
      rows_ = merge_.rows();
      row_ = 0;
    }
    while (row_ < rows_ && row(row_) < key) ++row_;
    return row_ < rows_ && row(row_) == key ? Change::unpack(merge_.changes()[row_]).after : 0;
  }

 private:
  [[nodiscard]] std::array<TermId, 4> row(std::size_t index) const {
    auto const& columns = merge_.columns();
    return {columns[0][index], columns[1][index], columns[2][index], columns[3][index]};
  }

  RunMerge merge_;
  std::size_t rows_ = 0;
  std::size_t row_ = 0;
  bool ended_ = false;
};

/// Sorts what was asked for and makes one of what was asked of one quad, the later the truer.
void sort_and_fold(std::vector<QuadChange>& asked, std::vector<QuadChange>& scratch) {
  sort_quads(asked, scratch);
  auto last = asked.begin();
  for (auto next = last + 1; next != asked.end(); ++next) {
    if (next->quad != last->quad) {
      *++last = *next;
      continue;
    }
    last->change.before |= next->change.before;
    last->change.after = static_cast<std::uint8_t>((last->change.after & ~next->change.before) | next->change.after);
  }
  asked.erase(last + 1, asked.end());
}

}  // namespace

PendingChanges::PendingChanges(StoreState& store, Call const& call)
    : store_(store),
      base_(store.begin(call)),
      // Sorting takes a piece twice; as much again is for the dictionary and merging.
      piece_(std::clamp<std::size_t>(store.options.memory_limit / (4 * sizeof(QuadChange)), 1024, max_piece)) {}

PendingChanges::~PendingChanges() {
  if (writing_) store_.end();
  for (auto const& file : files_) {
    std::error_code ignored;  // the next opening removes what is left
    std::filesystem::remove(dynamic_cast<DiskRun const&>(*file).file().path(), ignored);
  }
}

void PendingChanges::set(IdQuad const& quad, Layer layer, bool present) {
  auto const bit = static_cast<std::uint8_t>(layer);
  asked_.push_back({quad, present ? Change{0, bit} : Change{bit, 0}});
  if (asked_.size() % between_looks == 0) make_room();
}

void PendingChanges::make_room() {
  if (store_.dictionary.memory_bytes() > store_.options.memory_limit / 4) {
    SystemClock const clock;
    store_.flush_terms(system_call(clock));
  }
  if (asked_.size() >= piece_) settle();
}

/// Of what was asked for since the last time, keeps what changes something.
void PendingChanges::settle() {
  if (asked_.empty()) return;
  sort_and_fold(asked_, scratch_);
  if (find_changes()) {
    changes_.swap(scratch_);
    top_.reset();
    version_.reset();
  }
  asked_.clear();
  if (changes_.size() > store_.most_logged_changes()) write_file();
}

/// Puts into scratch_ what changes_ become by what was asked for; false when that is nothing new.
bool PendingChanges::find_changes() {
  Runs below = base_->runs();
  below.insert(below.end(), files_.begin(), files_.end());
  Version const found(0, below);
  bool const walks = asked_.size() >= worth_a_walk;
  LayersReader reader(walks ? below : Runs());
  scratch_.clear();
  bool changed = false;
  auto known = changes_.begin();
  for (auto const& [quad, ask] : asked_) {
    for (; known != changes_.end() && known->quad < quad; ++known) scratch_.push_back(*known);
    Change change;
    if (known != changes_.end() && known->quad == quad) {
      change = known++->change;
    } else {
      change.before = change.after = walks ? reader.layers_of(quad) : found.layers_of(quad);
    }
    auto const after = static_cast<std::uint8_t>((change.after & ~ask.before) | ask.after);
    changed = changed || after != change.after;
    change.after = after;
    if (change.before != change.after) scratch_.push_back({quad, change});
  }
  scratch_.insert(scratch_.end(), known, changes_.end());
  return changed;
}

void PendingChanges::write_file() {
  SystemClock const clock;
  files_.push_back(write_run(system_call(clock), changes_, asked_, store_.new_file("run")));
  asked_.clear();
  scratch_.clear();
  changes_.clear();
  changes_.swap(scratch_);  // settle() swapped them: the large one is for sorting again
  top_.reset();
  version_.reset();
}

void PendingChanges::write_out() {
  settle();
  if (!changes_.empty()) write_file();
}

Runs PendingChanges::runs() {
  settle();
  Runs all = files_;
  if (changes_.empty()) return all;
  if (!top_) top_ = std::make_shared<MemoryRun const>(changes_);
  all.push_back(top_);
  return all;
}

std::shared_ptr<Version const> const& PendingChanges::version() {
  auto const above = runs();
  if (!version_) {
    Runs all = base_->runs();
    all.insert(all.end(), above.begin(), above.end());
    version_ = std::make_shared<Version const>(base_->number(), std::move(all));
  }
  return version_;
}

std::uint64_t PendingChanges::commit() {
  check(writing_, "changes are committed once");
  settle();
  if (!files_.empty()) write_out();
  if (!RunMerge(runs(), Order::spo).next()) {
    store_.end();
    writing_ = false;
    store_.wait_until_durable(base_->number());
    return base_->number();
  }
  std::uint64_t const number = files_.empty() ? store_.commit(top_) : store_.commit_files(files_);
  writing_ = false;
  return number;
}

}  // namespace lepton::rdf
