#include "retrieval/index_writer.h"

#include <algorithm>

#include "base/file.h"
#include "retrieval/index_content.h"
#include "text/token.h"

namespace lepton::retrieval {
namespace {

constexpr std::size_t longest_key = 1024;
constexpr std::size_t most_segments = 32;

}  // namespace

IndexWriter::IndexWriter(Index base) : base_(std::move(base)) {
  for (auto const& segment : base_.content_->segments)
    gone_.emplace_back(segment.marks().begin(), segment.marks().end());
}

void IndexWriter::put(Passage passage) {
  auto const fields = base_.options().fields_of_passages.size();
  if (passage.key.empty() || passage.key.size() > longest_key)
    throw invalid(fmt::format("a key has {} bytes, expected 1 to {}", passage.key.size(), longest_key));
  if (passage.texts.size() != fields)
    throw invalid(
        fmt::format("passage '{}' has {} texts, the index has {} fields", passage.key, passage.texts.size(), fields));
  for (std::size_t field = 0; field < fields; ++field)
    if (passage.texts[field].size() > text::longest_text)
      throw invalid(fmt::format("field '{}' of passage '{}' is longer than 64 MiB: cut it into passages",
                                base_.options().fields_of_passages[field].name, passage.key));
  (void)remove(passage.key);
  added_.emplace(passage.key, passages_.size());
  passages_.emplace_back(std::move(passage));
}

bool IndexWriter::remove(std::string_view key) {
  if (auto const found = added_.find(key); found != added_.end()) {
    passages_[found->second].reset();
    added_.erase(found);
    return true;
  }
  for (std::size_t i = 0; i < gone_.size(); ++i)
    if (auto const number = base_.content_->segments[i].find(key); number && gone_[i][*number] == 0) {
      gone_[i][*number] = 1;
      return true;
    }
  return false;
}

void IndexWriter::learn(LearningOptions const& options, std::vector<AnsweredQuestion> answered) {
  lesson_ = Lesson{options, std::move(answered)};
}

std::uint64_t IndexWriter::alive_count(std::size_t segment) const {
  return static_cast<std::uint64_t>(std::count(gone_[segment].begin(), gone_[segment].end(), std::uint8_t{0}));
}

std::size_t IndexWriter::first_merged() const {
  if (lesson_ || gone_.size() >= most_segments) return 0;
  auto first = gone_.size();
  std::uint64_t written = added_.size();
  if (written == 0) return first;
  for (; first > 0; --first) {
    auto const before = alive_count(first - 1);
    if (before > 2 * written) break;
    written += before;
  }
  return first;
}

std::vector<Passage> IndexWriter::alive_in(std::size_t segment) const {
  std::vector<Passage> out;
  for (std::uint32_t number = 0; number < gone_[segment].size(); ++number)
    if (gone_[segment][number] == 0) out.push_back(base_.content_->segments[segment].passage(number));
  return out;
}

std::string IndexWriter::finish(Call const& call) const {
  auto const& content = *base_.content_;
  auto const tail = first_merged();
  std::vector<Passage> last;
  for (auto segment = tail; segment < gone_.size(); ++segment)
    for (auto& passage : alive_in(segment)) last.push_back(std::move(passage));
  for (auto const& passage : passages_)
    if (passage) last.push_back(*passage);
  if (last.size() > 0xFFFFFFF0U) throw exhausted("an index holds at most 4 billion passages");

  auto const& options = content.about.options;
  LearntVectors learnt;
  if (lesson_)
    learnt =
        learn_vectors(call, last, lesson_->answered, static_cast<std::size_t>(options.dimensions), lesson_->options);
  auto const vectors = lesson_ ? learnt.view() : content.vectors;
  runtime::ModelFileWriter writer(std::string(index_kind), index_format);
  std::size_t segments = 0;
  for (std::size_t segment = 0; segment < tail; ++segment) {
    auto const alive = alive_count(segment);
    if (alive == 0) continue;
    if (2 * alive < gone_[segment].size())
      write_segment(call, writer, segment_name(segments++), alive_in(segment), options, vectors);
    else
      copy_segment(*content.file, segment_name(segment), writer, segment_name(segments++), gone_[segment]);
  }
  if (!last.empty()) write_segment(call, writer, segment_name(segments++), last, options, vectors);
  vectors.write(writer);
  AboutIndex const about{content.about.version + 1, static_cast<std::int64_t>(segments), options};
  writer.add("about", json::write(to_json(about)));
  return writer.finish();
}

Index IndexWriter::commit(Call const& call, std::filesystem::path const& path) const {
  auto const there = std::filesystem::exists(path) ? Index::open(path).version() : 0;
  if (there != base_.version())
    throw conflict(fmt::format("the index {} has version {}, this write began from version {}: begin again",
                               path.string(), there, base_.version()));
  write_file_atomically(path, finish(call));
  return Index::open(path);
}

}  // namespace lepton::retrieval
