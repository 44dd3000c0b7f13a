# Third-party libraries. `./do setup` installs them; docs/decisions/0002-dependencies.md says why each is here.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(tl-expected REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n)
find_package(EXPAT 2.5 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
# Not through pkg-config, whose -pthread would not go with the precompiled headers.
find_library(RE2_LIBRARY re2 REQUIRED)
add_library(re2_library INTERFACE IMPORTED)
set_target_properties(re2_library PROPERTIES INTERFACE_LINK_LIBRARIES ${RE2_LIBRARY})
if(LEPTON_TESTS)
  find_package(GTest REQUIRED)
endif()

# DuckDB comes from the npm registry: `./do setup` verifies its checksum and unpacks it here.
set(LEPTON_THIRD_PARTY ${CMAKE_SOURCE_DIR}/.deps CACHE PATH "where ./do setup unpacks what Debian does not package")
if(NOT EXISTS ${LEPTON_THIRD_PARTY}/duckdb/libduckdb.so)
  message(FATAL_ERROR "DuckDB is missing: run ./do setup")
endif()
add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES
  IMPORTED_LOCATION ${LEPTON_THIRD_PARTY}/duckdb/libduckdb.so
  INTERFACE_INCLUDE_DIRECTORIES ${LEPTON_THIRD_PARTY}/duckdb)
# Headers, and where to find the library when a query worker loads it: everything else starts without it. DT_RPATH, since
# DT_RUNPATH holds for the caller of dlopen() alone, which is the sanitizer where there is one.
add_library(duckdb_on_demand INTERFACE IMPORTED)
target_include_directories(duckdb_on_demand INTERFACE ${LEPTON_THIRD_PARTY}/duckdb)
target_link_options(duckdb_on_demand INTERFACE -Wl,-rpath,${LEPTON_THIRD_PARTY}/duckdb -Wl,--disable-new-dtags)

# Headers alone: a training loads the library itself, so that the server starts without it.
find_path(XGBOOST_INCLUDE_DIR xgboost/c_api.h REQUIRED)
add_library(xgboost_headers INTERFACE IMPORTED)
set_target_properties(xgboost_headers PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${XGBOOST_INCLUDE_DIR})
