#include "learn/csv.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"

namespace lepton::learn {

MappedFile::MappedFile(std::filesystem::path const& path) {
  FileDescriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) throw_errno("cannot open " + path.string());
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno("cannot read " + path.string());
  if (status.st_size == 0) return;
  auto const size = static_cast<std::size_t>(status.st_size);
  void* const address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED) throw_errno("cannot map " + path.string());
  bytes_ = {static_cast<char const*>(address), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

CsvReader::CsvReader(std::string_view text) : text_(text) {
  if (text_.starts_with("\xef\xbb\xbf")) position_ = 3;
}

bool CsvReader::next(std::vector<std::string_view>& fields) {
  fields.clear();
  unescaped_.clear();
  while (position_ < text_.size() && (text_[position_] == '\n' || text_[position_] == '\r')) {
    if (text_[position_] == '\n') ++next_line_;
    ++position_;
  }
  if (position_ >= text_.size()) return false;
  line_ = next_line_;
  while (true) {
    bool const quoted = position_ < text_.size() && text_[position_] == '"';
    fields.push_back(quoted ? quoted_field() : plain_field());
    if (position_ >= text_.size()) return true;
    char const after = text_[position_++];
    if (after == ',') continue;
    if (after == '\r' && position_ < text_.size() && text_[position_] == '\n') ++position_;
    ++next_line_;
    return true;
  }
}

std::string_view CsvReader::plain_field() {
  std::size_t const begin = position_;
  while (position_ < text_.size()) {
    char const c = text_[position_];
    if (c == ',' || c == '\n' || c == '\r') break;
    if (c == '"')
      throw invalid(fmt::format("line {}: a quote stands inside a field that does not begin with one", next_line_));
    ++position_;
  }
  return text_.substr(begin, position_ - begin);
}

std::string_view CsvReader::quoted_field() {
  std::size_t const begin = ++position_;
  std::size_t const first_line = next_line_;
  std::string* copy = nullptr;
  std::size_t piece = begin;
  while (true) {
    std::size_t const quote = text_.find('"', position_);
    if (quote == std::string_view::npos)
      throw invalid(fmt::format("line {}: the quote that begins here is never closed", first_line));
    next_line_ += static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(position_),
                                                      text_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
    position_ = quote + 1;
    if (position_ < text_.size() && text_[position_] == '"') {
      if (copy == nullptr) copy = &unescaped_.emplace_back();
      copy->append(text_, piece, position_ - piece);  // with one of the two quotes
      piece = ++position_;
      continue;
    }
    if (position_ < text_.size() && text_[position_] != ',' && text_[position_] != '\n' && text_[position_] != '\r')
      throw invalid(fmt::format("line {}: text follows a closing quote", next_line_));
    if (copy == nullptr) return text_.substr(begin, quote - begin);
    copy->append(text_, piece, quote - piece);
    return *copy;
  }
}

}  // namespace lepton::learn
