#include "jobs/dataset_inputs.h"

#include <fcntl.h>
#include <fmt/format.h>

#include "access/address.h"
#include "base/error.h"
#include "base/file.h"

namespace lepton::jobs {

Input DatasetInputs::resolve(Call const& call, Input const& input) {
  if (!input.name.ends_with(".csv"))
    throw invalid(fmt::format("input {} would be a CSV file: call it {}.csv", input.dataset, input.name));
  Input resolved = input;
  resolved.dataset = datasets_.pin(call, access::Action::train, access::parse_address(input.dataset)).version;
  return resolved;
}

InputProvider::Staged DatasetInputs::stage(Call const& call, Input const& input, std::filesystem::path const& file) {
  FileDescriptor const out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out.open()) throw_errno(fmt::format("cannot create {}", file.string()));
  auto answer = datasets_.export_rows(
      call, access::parse_address(input.dataset), table::ResultFormat::csv,
      {.begin = {}, .write = [&](std::string_view bytes) { write_all(out.get(), bytes, file.string()); }},
      access::Action::train);
  return {std::move(answer.reads.front().grounds)};
}

}  // namespace lepton::jobs
