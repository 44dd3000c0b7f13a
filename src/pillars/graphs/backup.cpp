#include "graphs/backup.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/error.h"
#include "base/json.h"
#include "rdf/parse.h"

namespace lepton::graphs {
namespace {

constexpr std::string_view kBegin = "# lepton-graph-backup 1 ";
constexpr std::string_view kEnd = "# end ";
constexpr std::size_t kLongestHeader = 1 << 20;
constexpr std::size_t kLongestEnd = 4 << 10;

struct End {
  std::int64_t statements = 0;
  std::string digest;
  static constexpr auto fields() {
    return std::tuple{required("statements", &End::statements, "how many"),
                      required("digest", &End::digest, "SHA-256 of everything before this line")};
  }
};

Error damaged(std::string const& what) {
  return invalid(fmt::format("the backup cannot be used: {}. Nothing was restored", what))
      .with_reason("backup_damaged");
}

std::string read_range(std::ifstream& file, std::uint64_t from, std::uint64_t bytes) {
  std::string text(bytes, '\0');
  file.seekg(static_cast<std::streamoff>(from));
  if (!file.read(text.data(), static_cast<std::streamsize>(bytes))) throw unavailable("the backup cannot be read");
  return text;
}

template <class T>
T from_comment(std::string_view line, std::string_view what) {
  try {
    return from_json<T>(json::parse(line));
  } catch (Error const& error) {
    throw damaged(fmt::format("its {} line is not as it was written ({})", what, error.what()));
  }
}

/// The first bytes of a file, hashed as they are read.
class HashedRange : public rdf::ByteSource {
 public:
  HashedRange(std::filesystem::path const& path, std::uint64_t size) : file_(path), left_(size) {}

  std::size_t read(std::span<char> into) override {
    auto const wanted = std::min<std::uint64_t>(into.size(), left_);
    std::size_t const count = wanted == 0 ? 0 : file_.read(into.first(wanted));
    left_ -= count;
    hash_.update({into.data(), count});
    return count;
  }
  [[nodiscard]] Digest digest() { return hash_.finish(); }

 private:
  rdf::FileSource file_;
  std::uint64_t left_;
  Sha256 hash_;
};

class Counted : public rdf::QuadSink {
 public:
  explicit Counted(rdf::QuadSink& sink) : sink_(sink) {}
  void quad(rdf::QuadView const& quad) override {
    ++count;
    sink_.quad(quad);
  }
  std::int64_t count = 0;

 private:
  rdf::QuadSink& sink_;
};

}  // namespace

class BackupWriter::Hashed : public rdf::ByteSink {
 public:
  explicit Hashed(rdf::ByteSink& sink) : sink_(sink) {}
  void write(std::string_view bytes) override {
    hash_.update(bytes);
    sink_.write(bytes);
  }
  void end(std::int64_t statements) {
    End const end{statements, hash_.finish().hex()};
    sink_.write(fmt::format("{}{}\n", kEnd, json::write(to_json(end))));
  }

 private:
  rdf::ByteSink& sink_;
  Sha256 hash_;
};

BackupWriter::BackupWriter(rdf::ByteSink& sink, BackupHeader const& header)
    : bytes_(std::make_unique<Hashed>(sink)), statements_(rdf::make_writer(rdf::Syntax::nquads, *bytes_)) {
  bytes_->write(fmt::format("{}{}\n", kBegin, json::write(to_json(header))));
}

BackupWriter::~BackupWriter() = default;

void BackupWriter::quad(rdf::QuadView const& quad) {
  ++count_;
  statements_->quad(quad);
}

void BackupWriter::finish() {
  statements_->finish();
  bytes_->end(count_);
}

BackupReader::BackupReader(std::filesystem::path path) : path_(std::move(path)) {
  std::ifstream file(path_, std::ios::binary);
  auto const size = std::filesystem::file_size(path_);
  auto const first = read_range(file, 0, std::min<std::uint64_t>(size, kLongestHeader));
  auto const line_end = first.find('\n');
  if (!first.starts_with(kBegin) || line_end == std::string::npos) throw damaged("it is no backup of a graph");
  header_ =
      from_comment<BackupHeader>(std::string_view(first).substr(kBegin.size(), line_end - kBegin.size()), "first");

  auto const tail_size = std::min<std::uint64_t>(size, kLongestEnd);
  auto const tail = read_range(file, size - tail_size, tail_size);
  auto const before = tail.size() < 2 ? std::string::npos : tail.rfind('\n', tail.size() - 2);
  auto const last = before == std::string::npos ? std::string_view() : std::string_view(tail).substr(before + 1);
  if (!last.starts_with(kEnd) || !last.ends_with('\n')) throw damaged("it is cut off, since its last line is missing");
  auto const end = from_comment<End>(last.substr(kEnd.size()), "last");
  auto const digest = find_digest(end.digest);
  if (!digest) throw damaged("its last line has no digest");
  digest_ = *digest;
  statements_ = end.statements;
  size_ = size - last.size();
}

void BackupReader::read(Call const& call, rdf::QuadSink& sink) const {
  HashedRange source(path_, size_);
  Counted counted(sink);
  try {
    rdf::parse(call, rdf::Syntax::nquads, source, counted);
  } catch (Error const& error) {
    if (error.reason() == "rdf_syntax") throw damaged(error.what());
    throw;
  }
  if (source.digest() != digest_ || counted.count != statements_)
    throw damaged("its content is not what was written, as its digest shows");
}

}  // namespace lepton::graphs
