#include "jobs/recipe.h"

#include <fmt/format.h>

#include <set>

#include "access/address.h"
#include "base/error.h"

namespace lepton::jobs {
namespace {

// A file name of its own in one directory.
bool is_file_name(std::string const& name) {
  return access::is_name(name) && name.size() <= 100;
}

void check_address(Details& problems, std::string const& pointer, std::string const& address) {
  try {
    std::ignore = access::parse_address(address);
  } catch (Error const& error) {
    problems[pointer] = error.what();
  }
}

void check_inputs(Details& problems, Recipe const& recipe) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < recipe.inputs.size(); ++i) {
    Input const& input = recipe.inputs[i];
    std::string const pointer = fmt::format("/inputs/{}", i);
    check_address(problems, pointer + "/dataset", input.dataset);
    if (!input.name.empty() && !is_file_name(input.name))
      problems[pointer + "/name"] = "expected a plain file name, such as training.csv";
    else if (!input.name.empty() && !names.insert(input.name).second)
      problems[pointer + "/name"] = "expected another name than the inputs before it";
  }
}

void check_resources(Details& problems, Resources const& resources) {
  auto const between = [&](char const* name, std::int64_t value, std::int64_t least, std::int64_t most) {
    if (value < least || value > most)
      problems[fmt::format("/resources/{}", name)] = fmt::format("expected {} to {}", least, most);
  };
  between("memory_bytes", resources.memory_bytes, std::int64_t{16} << 20, std::int64_t{1} << 50);
  between("threads", resources.threads, 1, 1024);
  between("file_bytes", resources.file_bytes, 1 << 20, std::int64_t{1} << 50);
  if (resources.time_limit < std::chrono::milliseconds(1) || resources.time_limit > std::chrono::days(365))
    problems["/resources/time_limit"] = "expected 1ms to 365d";
}

}  // namespace

void validate(Recipe const& recipe) {
  Details problems;
  if (!access::is_name(recipe.department)) problems["/department"] = "expected a department's name";
  if (recipe.trainer.empty() == recipe.command.empty())
    problems["/trainer"] = "expected either a trainer or a command, not both";
  if (!recipe.command.empty() && !recipe.command[0].starts_with('/'))
    problems["/command/0"] = "expected the program's absolute path, such as /usr/bin/python3";
  if (!recipe.trainer.empty() && recipe.inputs.empty())
    problems["/inputs"] = "expected at least one input to learn from";
  if (recipe.attempts < 1 || recipe.attempts > 10) problems["/attempts"] = "expected 1 to 10";
  if (recipe.seed < 0) problems["/seed"] = "expected a number from 0";
  check_inputs(problems, recipe);
  for (std::size_t i = 0; i < recipe.outputs.size(); ++i)
    check_address(problems, fmt::format("/outputs/{}/target", i), recipe.outputs[i].target);
  check_resources(problems, recipe.resources);
  if (!problems.empty()) {
    std::string const first = fmt::format("{}: {}", problems.begin()->first, problems.begin()->second);
    throw invalid(problems.size() == 1
                      ? "the recipe is wrong at " + first
                      : fmt::format("the recipe is wrong in {} places, first at {}", problems.size(), first),
                  problems);
  }
}

Digest digest_of(Recipe const& recipe) {
  return sha256(json::write_canonical(to_json(recipe)));
}

}  // namespace lepton::jobs
