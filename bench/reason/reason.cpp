// Rules over LUBM in memory, beside gringo and Nemo where they are installed:
// `bench_reason [--threads n] [--alone] [file.nt[.zst]]`. Materialises the rules of LUBM_L (VLog's, in their own
// notation), takes 1,000 statements back and states them again. Without a file it takes LUBM-10 from the folder that
// LEPTON_BENCH_DATA names, where the rules are. LUBM-100 is made by the public generator (github.com/rvesse/lubm-uba):
// `-u 100 --seed 0 --format NTRIPLES --ontology http://swat.cse.lehigh.edu/onto/univ-bench.owl`, its files sorted into
// one.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "peer_reasoners.h"
#include "rdf/parse.h"
#include "reason/materialisation.h"
#include "reason/rule_parser.h"
#include "vlog_rules.h"

using namespace lepton;
using namespace lepton::reason;

namespace {

constexpr std::size_t taken_back = 1000;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

class Stopwatch {
 public:
  [[nodiscard]] std::string text() const {
    double const wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    return fmt::format("{:9.3f} s, {:9.3f} s of CPU", wall, cpu_seconds() - cpu_);
  }

 private:
  double cpu_ = cpu_seconds();
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

class FactSink : public rdf::QuadSink {
 public:
  explicit FactSink(Terms& terms) : terms_(terms) {}
  void quad(rdf::QuadView const& quad) override {
    facts.push_back({no_term, terms_.key(quad.subject), terms_.key(quad.predicate), terms_.key(quad.object)});
  }
  std::vector<Fact> facts;

 private:
  Terms& terms_;
};

std::vector<Fact> facts_of(Call const& call, std::filesystem::path const& file, Terms& terms) {
  rdf::ParseOptions options;
  options.recover = [](rdf::Problem const& /*problem*/) {};
  rdf::FileSource source(file);
  FactSink sink(terms);
  rdf::parse(call, rdf::Syntax::ntriples, source, sink, options);
  std::ranges::sort(sink.facts);
  sink.facts.erase(std::ranges::unique(sink.facts).begin(), sink.facts.end());
  return std::move(sink.facts);
}

std::size_t peak_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) << 10;
}

/// The first round also makes the indexes that derivation had no use for.
void measure_taking_back(Call const& call, Materialisation& materialisation, std::span<Fact const> facts,
                         std::size_t round) {
  std::vector<Fact> some;
  std::size_t const step = facts.size() / taken_back;
  for (std::size_t i = 0; i < taken_back; ++i) some.push_back(facts[i * step + round]);
  {
    Stopwatch const watch;
    std::size_t const removed = materialisation.update(call, {}, some).removed.size();
    fmt::print("  taking {} statements back          {}, {} derived facts end\n", some.size(), watch.text(), removed);
  }
  {
    Stopwatch const watch;
    std::size_t const added = materialisation.update(call, some, {}).added.size();
    fmt::print("  stating them again                   {}, {} facts derived\n", watch.text(), added);
  }
}

/// A rule that counts for each student, and commits of one statement that change one student's count.
void measure_groups(Call const& call, Materialisation& materialisation, std::span<Fact const> facts) {
  constexpr std::size_t commits = 100;
  auto const courses =
      materialisation.terms().key(rdf::iri_view("http://swat.cse.lehigh.edu/onto/univ-bench.owl#takesCourse"));
  {
    Stopwatch const watch;
    auto const rule = parse_rules(call,
                                  "[?x, <e:courses>, ?n] :- AGGREGATE([?x, "
                                  "<http://swat.cse.lehigh.edu/onto/univ-bench.owl#takesCourse>, ?c] ON ?x BIND "
                                  "COUNT(?c) AS ?n) .");
    std::size_t const groups = materialisation.extend(call, rule).added.size();
    fmt::print("  a rule that counts, {} groups    {}\n", groups, watch.text());
  }
  std::vector<Fact> taken;
  for (std::size_t i = 0; i < facts.size() && taken.size() < commits; i += 997)
    if (facts[i].predicate == courses) taken.push_back(facts[i]);
  Stopwatch const watch;
  for (Fact const& one : taken) (void)materialisation.update(call, {}, std::span(&one, 1));
  fmt::print("  {} commits that change a group each {}\n", taken.size(), watch.text());
}

struct Options {
  std::filesystem::path file;
  std::size_t threads = 1;
  bool alone = false;  ///< no peers
};

void measure(Call const& call, Options const& options, std::filesystem::path const& rules_file,
             std::filesystem::path const& folder) {
  VlogRules const rules(rules_file);
  MemoryTerms terms;
  Stopwatch const reading;
  std::vector<Fact> const facts = facts_of(call, options.file, terms);
  fmt::print("{}: {} facts, {} threads\n  reading and numbering terms          {}\n", options.file.filename().string(),
             facts.size(), options.threads, reading.text());
  std::size_t const before = peak_bytes();
  MaterialisationOptions limits;
  limits.limits.threads = options.threads;
  Materialisation materialisation(parse_rules(call, rules.own()), terms, limits);
  std::size_t derived = 0;
  {
    Stopwatch const watch;
    derived = materialisation.update(call, facts, {}).added.size();
    fmt::print("  materialising                        {}, {} facts derived\n", watch.text(), derived);
  }
  fmt::print(
      "  memory of all facts                  {} MiB, {:.1f} bytes each; of the process at most {} MiB, {} before\n",
      materialisation.facts().bytes() >> 20,
      static_cast<double>(materialisation.facts().bytes()) / static_cast<double>(materialisation.facts().count()),
      peak_bytes() >> 20, before >> 20);
  for (std::size_t const round : {0U, 1U}) measure_taking_back(call, materialisation, facts, round);
  measure_groups(call, materialisation, facts);
  if (!options.alone) measure_peers(rules, facts, terms, derived, folder);
}

Options options_of(std::span<char*> words) {
  Options options;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string_view const word = words[i];
    if (word == "--alone") {
      options.alone = true;
    } else if (word == "--threads" && i + 1 < words.size()) {
      options.threads = std::max(1UL, std::strtoul(words[++i], nullptr, 10));
    } else {
      options.file = word;
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  char const* const data = std::getenv("LEPTON_BENCH_DATA");
  if (data == nullptr) {
    fmt::print("skipped: set LEPTON_BENCH_DATA to the folder that holds lubm/\n");
    return 0;
  }
  try {
    TemporaryDirectory const scratch("bench-reason");
    std::filesystem::path const lubm = std::filesystem::path(data) / "lubm";
    Options options = options_of({argv, static_cast<std::size_t>(argc)});
    if (options.file.empty()) options.file = lubm / "lubm10.nt.zst";
    if (options.file.extension() == ".zst") {
      auto const text = scratch.path() / options.file.stem();
      if (std::system(fmt::format("zstd -q -d -f '{}' -o '{}'", options.file.string(), text.string()).c_str()) != 0)
        throw unavailable("zstd could not unpack " + options.file.string());
      options.file = text;
    }
    SystemClock const clock;
    Call const call = system_call(clock);
    measure(call, options, lubm / "LUBM_L.dlog", scratch.path());
  } catch (Error const& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
