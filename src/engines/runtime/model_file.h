#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lepton::runtime {

/// Puts named sections into one file: a header with magic, version, size and checksum, a table of sections, then the
/// sections, each aligned to 64 bytes, so that arrays can be used where the file is mapped. One thread.
class ModelFileWriter {
 public:
  /// `kind` says which model it is ("sequence-tagger"); names and kinds have at most 23 bytes.
  ModelFileWriter(std::string kind, std::uint32_t version) : kind_(std::move(kind)), version_(version) {}

  void add(std::string name, std::string bytes);
  template <typename T>
  void add(std::string name, std::vector<T> const& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    add(std::move(name), std::string(reinterpret_cast<char const*>(values.data()), values.size() * sizeof(T)));
  }
  [[nodiscard]] std::string finish() const;

 private:
  std::string kind_;
  std::uint32_t version_;
  std::vector<std::pair<std::string, std::string>> sections_;
};

/// A file that a ModelFileWriter wrote, checked as a whole before anything in it is believed: a flipped bit, a missing
/// end, another kind or version are Error{invalid}. Holds the bytes, in memory or mapped, as long as it lives; any
/// thread may read.
class ModelFile {
 public:
  /// Keeps a copy of the bytes.
  [[nodiscard]] static ModelFile parse(std::string_view bytes, std::string_view kind, std::uint32_t version);
  /// Maps the file. It must not change meanwhile: registered models never do.
  [[nodiscard]] static ModelFile open(std::filesystem::path const& path, std::string_view kind, std::uint32_t version);
  /// Makes the checksum agree with bytes that were changed, so that tests reach what stands behind it; what is no model
  /// file stays.
  static void seal(std::string& bytes);
  /// Whether the bytes begin as a model file of that kind does.
  [[nodiscard]] static bool is(std::string_view bytes, std::string_view kind);

  /// Throws Error{invalid} when there is none of that name.
  [[nodiscard]] std::string_view section(std::string_view name) const;
  /// The section as an array; Error{invalid} when its size is no multiple of T's.
  template <typename T>
  [[nodiscard]] std::span<T const> array(std::string_view name) const {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 64);
    auto const bytes = section(name);
    require_multiple(name, bytes.size(), sizeof(T));
    return {reinterpret_cast<T const*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

 private:
  ModelFile(std::shared_ptr<void const> owner, std::string_view bytes) : owner_(std::move(owner)), bytes_(bytes) {}
  void verify(std::string_view kind, std::uint32_t version);
  static void require_multiple(std::string_view name, std::size_t size, std::size_t unit);

  std::shared_ptr<void const> owner_;  // shared, because copies of a ModelFile read the same mapping
  std::string_view bytes_;
  std::vector<std::pair<std::string_view, std::string_view>> sections_;
};

}  // namespace lepton::runtime
