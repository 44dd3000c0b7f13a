// What the sanitizers cannot know by themselves, each line with its reason. Part of every program of the presets asan
// and tsan rather than a file that the environment names, because the processes that Lepton starts have an environment
// of their own.
#if defined(__SANITIZE_THREAD__)
extern "C" char const* __tsan_default_suppressions();

// std::exception_ptr counts its references by atomic operations inside libstdc++, which is not instrumented: that the
// last owner destroys the exception after the others have read it is not seen.
extern "C" char const* __tsan_default_suppressions() {
  return "race:std::__exception_ptr::exception_ptr::_M_release\n";
}
#endif
