#include "rdf/store/commit_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "base/error.h"
#include "rdf/store/hash64.h"

namespace lepton::rdf {

namespace {

/// Stands before every record.
struct Header {
  std::uint32_t magic = 0x4c507831;
  std::uint32_t size = 0;
  std::uint64_t checksum = 0;
};

constexpr std::size_t alignment = 8;
constexpr std::size_t max_record = (std::size_t{4} << 30) - 16;

std::size_t padded(std::size_t size) {
  return (size + alignment - 1) / alignment * alignment;
}

/// The record at this place; empty when there is none or it is damaged. Its place is part of the checksum, so that a
/// record found elsewhere is not taken for one.
std::string_view record_at(std::string_view log, std::size_t place) {
  Header header;
  if (log.size() - place < sizeof header) return {};
  std::memcpy(&header, log.data() + place, sizeof header);
  if (header.magic != Header{}.magic || header.size == 0) return {};
  if (log.size() - place - sizeof header < padded(header.size)) return {};
  std::string_view const record = log.substr(place + sizeof header, header.size);
  return hash64(record, place) == header.checksum ? record : std::string_view();
}

}  // namespace

CommitLog::CommitLog(std::filesystem::path const& path, std::function<void(std::string_view record)> const& replay,
                     Tail tail)
    : path_(path.string()), file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0600)) {
  if (!file_.open()) throw_errno(path_);
  std::string const log = read_file(path);
  std::size_t place = 0;
  for (std::string_view record; !(record = record_at(log, place)).empty();) {
    replay(record);
    place += sizeof(Header) + padded(record.size());
  }
  bool damaged = tail == Tail::complete && place < log.size();
  // What a crash tore has nothing sound behind it.
  for (std::size_t later = place + alignment; later < log.size() && !damaged; later += alignment)
    damaged = !record_at(log, later).empty();
  if (damaged)
    throw unavailable(fmt::format("{} is damaged at byte {}: restore the store from a backup", path_, place));
  if (place < log.size()) {
    if (::ftruncate(file_.get(), static_cast<off_t>(place)) != 0) throw_errno(path_);
    sync();
  }
  bytes_ = place;
}

void CommitLog::append(std::vector<std::string_view> const& records) {
  std::string bytes;
  for (std::string_view const record : records) {
    if (record.size() > max_record) throw exhausted("a transaction is too large for the log of the graph store");
    Header const header{.size = static_cast<std::uint32_t>(record.size()),
                        .checksum = hash64(record, bytes_ + bytes.size())};
    bytes.append(reinterpret_cast<char const*>(&header), sizeof header);
    bytes += record;
    bytes.resize(padded(bytes.size()));
  }
  write_all(file_.get(), bytes, path_);
  bytes_ += bytes.size();
}

void CommitLog::sync() {
  if (::fdatasync(file_.get()) != 0) throw_errno(path_);
}

}  // namespace lepton::rdf
