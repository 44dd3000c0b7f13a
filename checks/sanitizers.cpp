// What the sanitizers cannot know by themselves, each line with its reason. Part of every program of the presets asan
// and tsan rather than a file that the environment names, because the processes that Lepton starts have an environment
// of their own.
#if defined(__SANITIZE_THREAD__)
#include <cstdlib>

extern "C" char const* __tsan_default_suppressions();

// std::exception_ptr counts its references by atomic operations inside libstdc++, which is not instrumented: that the
// last owner destroys the exception after the others have read it is not seen.
//
// XGBoost's threads are OpenMP's, which wait for each other in ways that are not seen either.
//
// vfork is fork here, before which DuckDB's allocator takes all its locks: more than the sanitizer can count.
extern "C" char const* __tsan_default_suppressions() {
  return "race:std::__exception_ptr::exception_ptr::_M_release\n"
         "race:libxgboost.so\n"
         "called_from_lib:libduckdb.so\n"
         "mutex:__run_postfork_handlers\n";
}

namespace {
// Where XGBoost is not told how many threads it may use, it reads strings by libstdc++, with no frame of its own to
// know it by. OpenMP reads this when it is loaded, which is later.
[[gnu::constructor]] void use_one_thread() {
  ::setenv("OMP_NUM_THREADS", "1", 0);
}
}  // namespace
#endif
