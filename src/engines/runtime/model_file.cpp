#include "runtime/model_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <array>
#include <cstring>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "text/hash.h"

namespace lepton::runtime {
namespace {

constexpr std::array<char, 8> magic{'L', 'E', 'P', 'T', 'M', 'O', 'D', '\n'};
constexpr std::size_t alignment = 64;
constexpr std::size_t most_sections = 1024;

struct Header {
  std::array<char, 8> magic;
  std::array<char, 24> kind;
  std::uint32_t version;
  std::uint32_t sections;
  std::uint64_t bytes;
  std::uint64_t checksum;  ///< of the whole file with this field 0
};
struct Entry {
  std::array<char, 24> name;
  std::uint64_t offset;
  std::uint64_t size;
};
static_assert(sizeof(Header) == 56 && sizeof(Entry) == 40);

std::size_t align(std::size_t size) {
  return (size + alignment - 1) / alignment * alignment;
}

/// Four lanes side by side: faster than memory, so that opening a model costs one pass over it.
std::uint64_t checksum(std::string_view bytes) {
  std::array<std::uint64_t, 4> lanes{1, 2, 3, 4};
  std::size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32)
    for (std::size_t lane = 0; lane < 4; ++lane) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + at + lane * 8, 8);
      lanes[lane] = text::fold(lanes[lane] ^ word, text::hash_prime) + word;
    }
  std::uint64_t sum = text::hash64(bytes.substr(at), bytes.size());
  for (auto const lane : lanes) sum = text::combine(sum, lane);
  return sum;
}

template <std::size_t Size>
std::array<char, Size> padded(std::string_view name) {
  check(name.size() < Size, "names in model files are short");
  std::array<char, Size> out{};
  std::copy(name.begin(), name.end(), out.begin());
  return out;
}

template <std::size_t Size>
std::string_view unpadded(std::array<char, Size> const& name) {
  return {name.data(), static_cast<std::size_t>(std::find(name.begin(), name.end(), '\0') - name.begin())};
}

std::uint64_t checksum_of_file(std::string_view bytes, Header header) {
  header.checksum = 0;
  auto const first = checksum({reinterpret_cast<char const*>(&header), sizeof(header)});
  return text::combine(first, checksum(bytes.substr(sizeof(Header))));
}

}  // namespace

void ModelFileWriter::add(std::string name, std::string bytes) {
  check(sections_.size() < most_sections, "a model file has few sections");
  sections_.emplace_back(std::move(name), std::move(bytes));
}

std::string ModelFileWriter::finish() const {
  Header header{magic, padded<24>(kind_), version_, static_cast<std::uint32_t>(sections_.size()), 0, 0};
  std::size_t offset = align(sizeof(Header) + sections_.size() * sizeof(Entry));
  std::string file(offset, '\0');
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    auto const& [name, bytes] = sections_[i];
    Entry const entry{padded<24>(name), file.size(), bytes.size()};
    std::memcpy(file.data() + sizeof(Header) + i * sizeof(Entry), &entry, sizeof(Entry));
    file += bytes;
    file.resize(align(file.size()));
  }
  header.bytes = file.size();
  header.checksum = checksum_of_file(file, header);
  std::memcpy(file.data(), &header, sizeof(Header));
  return file;
}

ModelFile ModelFile::parse(std::string_view bytes, std::string_view kind, std::uint32_t version) {
  auto* const copy = static_cast<char*>(::operator new(bytes.size() + 1, std::align_val_t(alignment)));
  std::shared_ptr<void const> owner(
      copy, [](void const* p) { ::operator delete(const_cast<void*>(p), std::align_val_t(alignment)); });
  if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
  ModelFile file(std::move(owner), {copy, bytes.size()});
  file.verify(kind, version);
  return file;
}

ModelFile ModelFile::open(std::filesystem::path const& path, std::string_view kind, std::uint32_t version) {
  FileDescriptor const fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!fd.open() || ::fstat(fd.get(), &status) != 0) throw_errno("cannot open the model " + path.string());
  auto const size = static_cast<std::size_t>(status.st_size);
  if (size == 0) throw invalid("the model file is empty");
  void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd.get(), 0);
  if (bytes == MAP_FAILED) throw_errno("cannot map the model " + path.string());
  std::shared_ptr<void const> owner(bytes, [size](void const* p) { ::munmap(const_cast<void*>(p), size); });
  ModelFile file(std::move(owner), {static_cast<char const*>(bytes), size});
  file.verify(kind, version);
  return file;
}

void ModelFile::seal(std::string& bytes) {
  Header header{};
  if (bytes.size() < sizeof(Header)) return;
  std::memcpy(&header, bytes.data(), sizeof(Header));
  header.checksum = checksum_of_file(bytes, header);
  std::memcpy(bytes.data(), &header, sizeof(Header));
}

bool ModelFile::is(std::string_view bytes, std::string_view kind) {
  if (bytes.size() < sizeof(Header)) return false;
  Header header{};
  std::memcpy(&header, bytes.data(), sizeof(Header));
  return header.magic == magic && unpadded(header.kind) == kind;
}

void ModelFile::verify(std::string_view kind, std::uint32_t version) {
  Header header{};
  if (bytes_.size() >= sizeof(Header)) std::memcpy(&header, bytes_.data(), sizeof(Header));
  if (bytes_.size() < sizeof(Header) || header.magic != magic) throw invalid("this is not a model file of Lepton");
  if (header.bytes != bytes_.size())
    throw invalid(fmt::format("the model file is damaged: it has {} bytes and says {}", bytes_.size(), header.bytes));
  if (header.checksum != checksum_of_file(bytes_, header))
    throw invalid("the model file is damaged: its checksum does not agree with its content");
  if (unpadded(header.kind) != kind)
    throw invalid(fmt::format("this is a model of kind '{}', expected '{}'", unpadded(header.kind), kind));
  if (header.version != version)
    throw invalid(
        fmt::format("the model has format version {}, this program reads {}: train it again", header.version, version));
  if (header.sections > most_sections || sizeof(Header) + header.sections * sizeof(Entry) > bytes_.size())
    throw invalid("the model file is damaged: its table of sections is cut off");
  for (std::size_t i = 0; i < header.sections; ++i) {
    auto const* const entry = reinterpret_cast<Entry const*>(bytes_.data() + sizeof(Header) + i * sizeof(Entry));
    bool const inside = entry->offset <= bytes_.size() && entry->size <= bytes_.size() - entry->offset;
    if (!inside || entry->offset % alignment != 0) throw invalid("the model file is damaged: a section lies outside");
    sections_.emplace_back(unpadded(entry->name), bytes_.substr(entry->offset, entry->size));
  }
}

std::string_view ModelFile::section(std::string_view name) const {
  for (auto const& [known, bytes] : sections_)
    if (known == name) return bytes;
  throw invalid(fmt::format("the model file lacks its section '{}'", name));
}

void ModelFile::require_multiple(std::string_view name, std::size_t size, std::size_t unit) {
  if (size % unit != 0) throw invalid(fmt::format("the section '{}' of the model file is cut off", name));
}

}  // namespace lepton::runtime
