#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/fields.h"

namespace lepton::jobs {

/// A dataset version that the work reads, as a file inputs/<name> with the caller's policy applied.
struct Input {
  std::string dataset;  ///< "banking/customers@3"; a recipe that was submitted names a version
  std::string name;     ///< of the file

  static constexpr auto fields() {
    return std::tuple{required("dataset", &Input::dataset, "department/dataset@version; without @version the current"),
                      optional("name", &Input::name, "file name in inputs/; default: the dataset's name and .csv")};
  }
};

/// What the work leaves in outputs/ and what becomes of it.
struct Output {
  std::string kind = "model";
  std::string target;  ///< address to register it under

  static constexpr auto fields() {
    return std::tuple{optional("kind", &Output::kind, "model"),
                      required("target", &Output::target, "department/name to register the result under")};
  }
};

struct Resources {
  std::int64_t memory_bytes = std::int64_t{2} << 30;
  Duration time_limit = std::chrono::hours(1);
  std::int64_t threads = 1;
  std::int64_t file_bytes = std::int64_t{8} << 30;
  bool network = false;

  static constexpr auto fields() {
    return std::tuple{optional("memory_bytes", &Resources::memory_bytes, "all its processes together"),
                      optional("time_limit", &Resources::time_limit, "from start to end, such as 30m"),
                      optional("threads", &Resources::threads, "threads it may use"),
                      optional("file_bytes", &Resources::file_bytes, "largest file it may write, its log included"),
                      optional("network", &Resources::network, "whether it may use the network")};
  }
};

/// How a thing is made: what is read, what does the work, what decides the result, what comes out. With equal inputs
/// two runs of a recipe are the same work.
struct Recipe {
  std::string name;
  std::string department;  ///< whose work it is
  std::vector<Input> inputs;
  std::string trainer;               ///< a built-in one, or:
  std::vector<std::string> command;  ///< program and arguments
  json::Object parameters;
  std::int64_t seed = 1;
  Resources resources;
  std::vector<Output> outputs;
  std::int64_t attempts = 1;

  static constexpr auto fields() {
    return std::tuple{
        optional("name", &Recipe::name, "for people"),
        required("department", &Recipe::department, "whose work it is"),
        optional("inputs", &Recipe::inputs, "dataset versions to read"),
        optional("trainer", &Recipe::trainer, "built-in trainer, such as xgboost"),
        optional("command", &Recipe::command, "program and arguments, instead of a trainer"),
        optional("parameters", &Recipe::parameters, "of the trainer or the command"),
        optional("seed", &Recipe::seed, "of everything random"),
        optional("resources", &Recipe::resources, "limits"),
        optional("outputs", &Recipe::outputs, "what becomes of the results"),
        optional("attempts", &Recipe::attempts, "how often it is started when the machine under it is lost")};
  }
};

/// Throws Error{invalid} that names everything wrong.
void validate(Recipe const& recipe);

/// Of the canonical JSON: equal recipes have equal digests.
[[nodiscard]] Digest digest_of(Recipe const& recipe);

}  // namespace lepton::jobs
