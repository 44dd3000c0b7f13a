#include "rdf/store/checked_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "base/error.h"
#include "rdf/store/hash64.h"

namespace lepton::rdf {

namespace {

constexpr std::uint64_t file_magic = 0x31656c69664c5072;
constexpr std::size_t write_bytes = 1 << 20;

/// The last bytes of the file; before them stands one checksum per page, before those the pages.
struct Trailer {
  std::uint64_t magic = file_magic;
  std::uint64_t size = 0;  ///< as appended
  std::uint64_t checksum = 0;
};

std::uint64_t page_count(std::uint64_t size) {
  return (size + CheckedFile::page_bytes - 1) / CheckedFile::page_bytes;
}

/// The page's place is part of its checksum, so that pages which changed places are found.
std::uint64_t checksum_of(std::string_view page, std::uint64_t number) {
  return hash64(page, number + 1);
}

}  // namespace

CheckedFileWriter::CheckedFileWriter(std::filesystem::path path)
    : path_(std::move(path)), temporary_(path_.string() + ".part") {
  file_ = FileDescriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file_.open()) throw_errno(temporary_.string());
}

CheckedFileWriter::~CheckedFileWriter() {
  if (file_.open()) ::unlink(temporary_.c_str());
}

void CheckedFileWriter::append(std::string_view bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    std::size_t const room = CheckedFile::page_bytes - page_.size();
    page_ += bytes.substr(0, room);
    bytes.remove_prefix(std::min(room, bytes.size()));
    if (page_.size() == CheckedFile::page_bytes) end_page();
  }
}

void CheckedFileWriter::end_page() {
  page_.resize(CheckedFile::page_bytes);
  checksums_.push_back(checksum_of(page_, checksums_.size()));
  ready_ += page_;
  page_.clear();
  if (ready_.size() < write_bytes) return;
  write_all(file_.get(), ready_, temporary_.string());
  ready_.clear();
}

void CheckedFileWriter::align(std::size_t alignment) {
  append(std::string((alignment - size_ % alignment) % alignment, '\0'));
}

void CheckedFileWriter::finish() {
  if (!page_.empty()) end_page();
  ready_.append(reinterpret_cast<char const*>(checksums_.data()), checksums_.size() * sizeof(std::uint64_t));
  Trailer trailer{.size = size_};
  trailer.checksum = hash64({reinterpret_cast<char const*>(&trailer), sizeof trailer - sizeof trailer.checksum});
  ready_.append(reinterpret_cast<char const*>(&trailer), sizeof trailer);
  write_all(file_.get(), ready_, temporary_.string());
  if (::fsync(file_.get()) != 0) throw_errno(temporary_.string());
  std::filesystem::rename(temporary_, path_);
  file_.reset();
  sync_directory(path_.parent_path());
}

CheckedFile::CheckedFile(std::filesystem::path path) : path_(std::move(path)) {
  FileDescriptor const file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) throw_errno(path_.string());
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno(path_.string());
  mapped_ = static_cast<std::uint64_t>(status.st_size);
  if (mapped_ < sizeof(Trailer)) damaged(0);
  void* const address = ::mmap(nullptr, mapped_, PROT_READ, MAP_SHARED, file.get(), 0);
  if (address == MAP_FAILED) throw_errno(path_.string());
  data_ = static_cast<char const*>(address);
  Trailer trailer;
  std::memcpy(&trailer, data_ + mapped_ - sizeof trailer, sizeof trailer);
  size_ = trailer.size;
  std::uint64_t const pages = page_count(size_);
  bool const sound =
      trailer.magic == file_magic &&
      trailer.checksum == hash64({data_ + mapped_ - sizeof trailer, sizeof trailer - sizeof trailer.checksum}) &&
      mapped_ == pages * (page_bytes + sizeof(std::uint64_t)) + sizeof trailer;
  if (!sound) {
    ::munmap(address, mapped_);
    damaged(mapped_ - sizeof trailer);
  }
  checked_ = std::make_unique<std::atomic<std::uint8_t>[]>(pages);
}

CheckedFile::~CheckedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), mapped_);
}

void CheckedFile::damaged(std::uint64_t offset) const {
  throw unavailable(fmt::format("{} is damaged at byte {}: restore the store from a backup", path_.string(), offset));
}

void CheckedFile::check_page(std::uint64_t page) const {
  std::uint64_t expected = 0;
  std::memcpy(&expected, data_ + page_count(size_) * page_bytes + page * sizeof expected, sizeof expected);
  if (checksum_of({data_ + page * page_bytes, page_bytes}, page) != expected) damaged(page * page_bytes);
  checked_[page].store(1, std::memory_order_relaxed);
}

char const* CheckedFile::view(std::uint64_t offset, std::uint64_t bytes) const {
  if (bytes > size_ || offset > size_ - bytes) damaged(offset);
  if (bytes > 0)
    for (std::uint64_t page = offset / page_bytes; page <= (offset + bytes - 1) / page_bytes; ++page)
      if (checked_[page].load(std::memory_order_relaxed) == 0) check_page(page);
  return data_ + offset;
}

void CheckedFile::copy_to(std::filesystem::path const& directory) const {
  CheckedFileWriter copy(directory / path_.filename());
  for (std::uint64_t at = 0; at < size_; at += write_bytes) {
    std::uint64_t const bytes = std::min<std::uint64_t>(write_bytes, size_ - at);
    copy.append({view(at, bytes), bytes});
  }
  copy.finish();
}

}  // namespace lepton::rdf
