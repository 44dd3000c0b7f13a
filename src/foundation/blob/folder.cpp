#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/encoding.h"
#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "blob/store.h"

namespace lepton::blob {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = 1 << 20;
constexpr char const* kIncoming = "incoming";

struct stat status_of(int fd, fs::path const& path) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw_errno(fmt::format("cannot inspect {}", path.string()));
  return status;
}

// Calls `sink` with the bytes from `offset` on, at most `length` of them; returns how many there were.
template <class Sink>
std::uint64_t read_pieces(int fd, fs::path const& path, std::uint64_t offset, std::uint64_t length, Sink const& sink) {
  std::vector<char> piece(std::min<std::uint64_t>(kPiece, std::max<std::uint64_t>(length, 1)));
  std::uint64_t done = 0;
  while (done < length) {
    auto const wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), length - done));
    ssize_t const count = ::pread(fd, piece.data(), wanted, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno(fmt::format("cannot read {}", path.string()));
    if (count == 0) break;
    sink(std::string_view(piece.data(), static_cast<std::size_t>(count)));
    done += static_cast<std::uint64_t>(count);
  }
  return done;
}

// Where objects lie, and how a complete file becomes one.
class Layout {
 public:
  explicit Layout(fs::path root) : root_(std::move(root)) {}

  [[nodiscard]] fs::path incoming() const { return root_ / kIncoming; }
  [[nodiscard]] fs::path path_of(Digest const& digest) const {
    std::string const hex = digest.hex();
    return root_ / hex.substr(0, 2) / hex.substr(2);
  }

  // `file` holds the bytes of `digest` and is on the same file system. Afterwards it is gone from its old name.
  void publish(int fd, fs::path const& file, Digest const& digest) const {
    fs::path const target = path_of(digest);
    std::uint64_t const size = static_cast<std::uint64_t>(status_of(fd, file).st_size);
    std::error_code absent;
    if (fs::file_size(target, absent) == size && !absent) {
      ::unlink(file.c_str());
    } else {
      if (::fchmod(fd, 0400) != 0) throw_errno(fmt::format("cannot protect {}", file.string()));
      if (::fsync(fd) != 0) throw_errno(fmt::format("cannot sync {}", file.string()));
      if (::mkdir(target.parent_path().c_str(), 0700) == 0)
        sync_directory(root_);
      else if (errno != EEXIST)
        throw_errno(fmt::format("cannot create {}", target.parent_path().string()));
      if (::rename(file.c_str(), target.c_str()) != 0) throw_errno(fmt::format("cannot create {}", target.string()));
    }
    // Also when another writer was first: it may not have come to its own sync yet.
    sync_directory(target.parent_path());
  }

 private:
  fs::path root_;
};

class FolderWriter final : public Writer {
 public:
  explicit FolderWriter(Layout const& layout)
      : layout_(layout), path_(layout.incoming() / to_base32(random_bytes(15))) {
    file_ = FileDescriptor(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file_.open()) throw_errno(fmt::format("cannot create {}", path_.string()));
    // Held while we live: what nobody holds is a leftover.
    ::flock(file_.get(), LOCK_EX | LOCK_NB);
    buffer_.reserve(kPiece);
  }
  ~FolderWriter() override {
    if (!finished_) ::unlink(path_.c_str());
  }

  void write(std::string_view bytes) override {
    hash_.update(bytes);
    if (buffer_.size() + bytes.size() > kPiece) flush();
    if (bytes.size() > kPiece)
      write_all(file_.get(), bytes, path_.string());
    else
      buffer_.append(bytes);
  }

  Digest finish() override {
    flush();
    Digest const digest = hash_.finish();
    layout_.publish(file_.get(), path_, digest);
    finished_ = true;
    return digest;
  }

 private:
  void flush() {
    write_all(file_.get(), buffer_, path_.string());
    buffer_.clear();
  }

  Layout const& layout_;
  fs::path path_;
  FileDescriptor file_;
  Sha256 hash_;
  std::string buffer_;
  bool finished_ = false;
};

class FolderStore final : public Store {
 public:
  explicit FolderStore(fs::path const& root) : layout_(root) {
    std::error_code error;
    fs::create_directories(layout_.incoming(), error);
    if (error) throw unavailable(fmt::format("cannot create {}: {}", root.string(), error.message()));
    fs::permissions(root, fs::perms::owner_all, error);
    remove_leftovers();
    sync_directory(root);
  }

  [[nodiscard]] std::unique_ptr<Writer> create() override { return std::make_unique<FolderWriter>(layout_); }

  [[nodiscard]] Digest adopt(fs::path const& path) override {
    FileDescriptor const file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.open()) throw_errno(fmt::format("cannot open {}", path.string()));
    struct stat const status = status_of(file.get(), path);
    if (!S_ISREG(status.st_mode)) throw invalid(fmt::format("{} is not a file", path.string()));
    // A file that another name or user reaches could still be changed after it was moved in.
    bool const ours_alone = status.st_nlink == 1 && status.st_uid == ::geteuid();
    struct stat incoming {};
    bool const same_disk = ::stat(layout_.incoming().c_str(), &incoming) == 0 && incoming.st_dev == status.st_dev;
    if (!ours_alone || !same_disk) return copy_in(file.get(), path);
    Sha256 hash;
    read_pieces(file.get(), path, 0, UINT64_MAX, [&](std::string_view piece) { hash.update(piece); });
    Digest const digest = hash.finish();
    layout_.publish(file.get(), path, digest);
    return digest;
  }

  [[nodiscard]] bool contains(Digest const& digest) const override {
    return ::access(layout_.path_of(digest).c_str(), F_OK) == 0;
  }

  [[nodiscard]] std::uint64_t size(Digest const& digest) const override {
    FileDescriptor const file = open_object(digest);
    return static_cast<std::uint64_t>(status_of(file.get(), layout_.path_of(digest)).st_size);
  }

  void read(Call const& call, Digest const& digest, std::function<void(std::string_view)> const& sink,
            std::uint64_t offset, std::uint64_t length) const override {
    fs::path const path = layout_.path_of(digest);
    FileDescriptor const file = open_object(digest);
    auto const size = static_cast<std::uint64_t>(status_of(file.get(), path).st_size);
    bool const whole = offset == 0 && length >= size;
    if (offset >= size && !whole) return;
    Sha256 hash;
    std::uint64_t const wanted = std::min(length, size - offset);
    std::uint64_t const done = read_pieces(file.get(), path, offset, wanted, [&](std::string_view piece) {
      call.proceed();
      if (whole) hash.update(piece);
      sink(piece);
    });
    if (done != wanted || (whole && !(hash.finish() == digest)))
      throw internal(fmt::format("object {} is damaged: restore it from a backup", digest.hex()))
          .with_reason("corrupt_object");
  }

  [[nodiscard]] fs::path local_file(Call const& call, Digest const& digest) const override {
    call.proceed();
    if (!contains(digest)) throw not_found(fmt::format("there is no object {}", digest.hex()));
    return layout_.path_of(digest);
  }

 private:
  [[nodiscard]] FileDescriptor open_object(Digest const& digest) const {
    fs::path const path = layout_.path_of(digest);
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open() && errno == ENOENT) throw not_found(fmt::format("there is no object {}", digest.hex()));
    if (!file.open()) throw_errno(fmt::format("cannot open {}", path.string()));
    return file;
  }

  Digest copy_in(int fd, fs::path const& path) {
    auto const writer = create();
    read_pieces(fd, path, 0, UINT64_MAX, [&](std::string_view piece) { writer->write(piece); });
    Digest const digest = writer->finish();
    ::unlink(path.c_str());
    return digest;
  }

  // What a crash left half written. Files that a living writer of another process holds stay.
  void remove_leftovers() const {
    for (auto const& entry : fs::directory_iterator(layout_.incoming())) {
      FileDescriptor const file(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
      if (file.open() && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str());
    }
  }

  Layout layout_;
};

}  // namespace

std::unique_ptr<Store> open_folder(fs::path const& root) {
  return std::make_unique<FolderStore>(root);
}

}  // namespace lepton::blob
