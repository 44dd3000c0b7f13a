#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <vector>

namespace lepton {

/// Memory for vectors that are read at random: from 4 MiB on it begins at a multiple of 2 MiB and asks the kernel for
/// huge pages (madvise(2), MADV_HUGEPAGE), so that a read rarely waits for the address's translation, too. A kernel
/// that has none gives ordinary pages.
template <class T>
struct HugePageAllocator {
  using value_type = T;
  HugePageAllocator() = default;
  template <class Other>
  HugePageAllocator(HugePageAllocator<Other> const& /*other*/) noexcept {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] T* allocate(std::size_t count) {
    if (!is_large(count)) return static_cast<T*>(::operator new(count * sizeof(T)));
    void* const memory = ::operator new(count * sizeof(T), page);
    (void)::madvise(memory, count * sizeof(T), MADV_HUGEPAGE);  // a hint
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    if (is_large(count)) {
      ::operator delete(memory, page);
    } else {
      ::operator delete(memory);
    }
  }

  friend bool operator==(HugePageAllocator const&, HugePageAllocator const&) { return true; }

 private:
  static constexpr std::align_val_t page{std::size_t{2} << 20};
  static bool is_large(std::size_t count) { return count >= (std::size_t{4} << 20) / sizeof(T); }
};

/// A vector for random reads of what is too large for the processor's caches.
template <class T>
using LargeVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace lepton
