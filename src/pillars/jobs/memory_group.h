#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace lepton::jobs {

/// A control group that limits the memory of the processes started in it, where the kernel lets us make one (cgroup v2
/// or v1). Owned by the shim; one thread; removed at the end of its life, when its processes are gone.
class MemoryGroup {
 public:
  [[nodiscard]] static std::optional<MemoryGroup> create(std::string const& name, std::uint64_t limit_bytes);
  MemoryGroup(MemoryGroup&& other) noexcept;
  MemoryGroup& operator=(MemoryGroup&&) = delete;
  ~MemoryGroup();

  /// Moves this process in, so that what it starts is limited from its first instruction, and out again.
  [[nodiscard]] bool enter() const;
  void leave() const;

  [[nodiscard]] bool killed_something() const;
  [[nodiscard]] std::uint64_t peak_bytes() const;
  [[nodiscard]] std::string_view kind() const { return v2_ ? "cgroup-v2" : "cgroup-v1"; }

 private:
  MemoryGroup(std::filesystem::path parent, std::filesystem::path path, bool v2)
      : parent_(std::move(parent)), path_(std::move(path)), v2_(v2) {}

  std::filesystem::path parent_;
  std::filesystem::path path_;
  bool v2_;
};

}  // namespace lepton::jobs
