# Compiler settings that hold for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(LEPTON_CCACHE ccache)
if(LEPTON_CCACHE)
  # The checkout's own path stays out of the cache key, so that two checkouts share their objects.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${LEPTON_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

find_program(LEPTON_MOLD mold)
if(LEPTON_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wno-missing-field-initializers
                    -fno-omit-frame-pointer -fdebug-prefix-map=${CMAKE_SOURCE_DIR}=. -fvisibility-inlines-hidden)
option(LEPTON_WERROR "warnings are errors" ON)
if(LEPTON_WERROR)
  add_compile_options(-Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND (LEPTON_SANITIZE OR CMAKE_BUILD_TYPE STREQUAL Release))
  # GCC 12 warns falsely about std::string once code is instrumented or optimised fully (gcc bugs 105329, 105651).
  add_compile_options(-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized)
endif()
if(LEPTON_SANITIZE)
  add_compile_options(-fsanitize=${LEPTON_SANITIZE} -fno-sanitize-recover=all)
  if(LEPTON_SANITIZE STREQUAL thread)
    add_compile_options(-Wno-tsan)  # the fences in Asio, which the sanitizer does not model
  endif()
  add_link_options(-fsanitize=${LEPTON_SANITIZE})
  set(LEPTON_SANITIZER_SOURCES ${CMAKE_SOURCE_DIR}/checks/sanitizers.cpp)  # of every program
endif()
if(LEPTON_FUZZ)
  # Modules are instrumented as well as the targets under fuzz/, which alone link libFuzzer's main.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
