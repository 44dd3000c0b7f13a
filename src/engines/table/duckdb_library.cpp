#include "table/duckdb_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "base/error.h"

namespace lepton::table {

void* DuckDb::find(char const* name) {
  static void* const library = ::dlopen("libduckdb.so", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw unavailable(fmt::format("cannot load DuckDB ({})", ::dlerror()));
  void* const symbol = ::dlsym(library, name);
  if (symbol == nullptr) throw unavailable(fmt::format("this DuckDB lacks {}: 1.4 is needed", name));
  return symbol;
}

DuckDb const& duckdb() {
  static DuckDb const loaded;
  return loaded;
}

}  // namespace lepton::table
