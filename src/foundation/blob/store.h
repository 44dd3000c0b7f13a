#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/call.h"
#include "base/digest.h"

namespace lepton::blob {

/// An object being written. One thread. Nothing is visible before finish(); destroyed unfinished, nothing remains.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual void write(std::string_view bytes) = 0;
  /// Makes the object durable and visible under the digest of its bytes; an equal object that is there already is kept.
  [[nodiscard]] virtual Digest finish() = 0;
};

/// Immutable objects named by the SHA-256 of their content. Any thread may call. Knows nothing of who may read.
/// A full disk throws Error{exhausted, "disk_full"} and leaves no part behind.
class Store {
 public:
  virtual ~Store() = default;
  [[nodiscard]] virtual std::unique_ptr<Writer> create() = 0;
  [[nodiscard]] Digest put(std::string_view bytes);
  /// Takes over a finished local file: verified, synced, moved in when on the same file system, else copied.
  [[nodiscard]] virtual Digest adopt(std::filesystem::path const& file) = 0;

  [[nodiscard]] virtual bool contains(Digest const& digest) const = 0;
  /// Throws Error{not_found}.
  [[nodiscard]] virtual std::uint64_t size(Digest const& digest) const = 0;
  /// Bytes [offset, offset + length) or up to the end; `sink` is called with pieces of at most 1 MiB. Checks the digest
  /// when the whole object is read and throws Error{internal, "corrupt_object"} when it differs.
  virtual void read(Call const& call, Digest const& digest, std::function<void(std::string_view)> const& sink,
                    std::uint64_t offset = 0, std::uint64_t length = UINT64_MAX) const = 0;
  [[nodiscard]] std::string get(Call const& call, Digest const& digest) const;
  /// A read-only local file with the content, for engines that map files (DuckDB, XGBoost). In a folder store it is the
  /// object itself, never to be changed; a remote store keeps a cache. Stays until collected.
  [[nodiscard]] virtual std::filesystem::path local_file(Call const& call, Digest const& digest) const = 0;
};

/// Objects in `root`/ab/cdef…; created when absent. Leftovers of a crash are removed on opening.
[[nodiscard]] std::unique_ptr<Store> open_folder(std::filesystem::path const& root);

}  // namespace lepton::blob
