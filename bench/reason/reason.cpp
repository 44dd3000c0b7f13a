// Rules over LUBM in memory, beside gringo where it is installed: `bench_reason [file.nt[.zst]]`. Materialises the
// rules of LUBM_L (VLog's, in their own notation), takes 1,000 statements back and states them again. Without an
// argument it takes LUBM-10 from the folder that LEPTON_BENCH_DATA names, where the rules are.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>

#include "base/error.h"
#include "base/file.h"
#include "rdf/parse.h"
#include "reason/materialisation.h"
#include "reason/rule_parser.h"

using namespace lepton;
using namespace lepton::reason;

namespace {

constexpr std::size_t taken_back = 1000;
constexpr std::string_view type_iri = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

double cpu_seconds(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

class Stopwatch {
 public:
  explicit Stopwatch(int who = RUSAGE_SELF) : who_(who), cpu_(cpu_seconds(who)) {}
  [[nodiscard]] std::string text() const {
    double const wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    return fmt::format("{:9.3f} s, {:9.3f} s of CPU", wall, cpu_seconds(who_) - cpu_);
  }

 private:
  int who_;
  double cpu_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Rules in VLog's notation: "RP4(X,Y) :- RP1(X,Y)", with predicates that lines "RP1(A,B) :- TE(A,<iri>,B)" explain.
class VlogRules {
 public:
  explicit VlogRules(std::filesystem::path const& file) {
    std::ifstream lines(file);
    static std::regex const meaning(R"((RP\d+)\(.*\) :- TE\(A,(rdf:type|<[^>]*>),(B|<[^>]*>)\))");
    std::smatch parts;
    for (std::string line; std::getline(lines, line);) {
      if (std::regex_match(line, parts, meaning)) {
        std::string const predicate = parts[2] == "rdf:type" ? fmt::format("<{}>", type_iri) : parts[2].str();
        meanings_[parts[1]] = {predicate, parts[3] == "B" ? "" : parts[3].str()};
      } else if (!line.empty()) {
        rules_.push_back(line);
      }
    }
  }

  /// In our language.
  [[nodiscard]] std::string own() const {
    return each([&](std::string const& name, std::string const& a, std::string const& b) {
      auto const& [predicate, type] = meanings_.at(name);
      return fmt::format("[?{}, {}, {}]", a, predicate, type.empty() ? "?" + b : type);
    });
  }
  /// In gringo's; facts are r("predicate", a, b) and t("class", a).
  [[nodiscard]] std::string gringo() const {
    return each([&](std::string const& name, std::string const& a, std::string const& b) {
      auto const& [predicate, type] = meanings_.at(name);
      return type.empty() ? fmt::format("r(\"{}\",{},{})", predicate, a, b) : fmt::format("t(\"{}\",{})", type, a);
    });
  }

 private:
  template <class Write>
  std::string each(Write const& write) const {
    static std::regex const atom(R"((RP\d+)\((\w+),?(\w*)\))");
    std::string out;
    for (std::string const& rule : rules_) {
      std::size_t number = 0;
      for (auto one = std::sregex_iterator(rule.begin(), rule.end(), atom); one != std::sregex_iterator(); ++one)
        out += (number == 0 ? "" : number == 1 ? " :- " : ", ") + write((*one)[1], (*one)[2], (*one)[3]), ++number;
      out += " .\n";
    }
    return out;
  }

  std::map<std::string, std::pair<std::string, std::string>> meanings_;
  std::vector<std::string> rules_;
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

void measure_gringo(VlogRules const& rules, std::vector<Fact> const& facts, Terms const& terms,
                    std::filesystem::path const& folder) {
  if (std::system("gringo --version >/dev/null 2>&1") != 0) {
    fmt::print("  gringo: skipped, it is not installed\n");
    return;
  }
  auto const program = folder / "lubm.lp";
  {
    std::ofstream out(program);
    std::map<TermKey, std::string> names;
    auto const name = [&](TermKey key) -> std::string const& {
      auto const [place, is_new] = names.try_emplace(key);
      if (is_new) place->second = fmt::format("<{}>", terms.term(key).value);
      return place->second;
    };
    std::string const type = fmt::format("<{}>", type_iri);
    for (Fact const& fact : facts) {
      std::string const& predicate = name(fact.predicate);
      out << (predicate == type ? fmt::format("t(\"{}\",{}).\n", name(fact.object), fact.subject)
                                : fmt::format("r(\"{}\",{},{}).\n", predicate, fact.subject, fact.object));
    }
    out << rules.gringo() << "#show.\n";
  }
  Stopwatch const watch(RUSAGE_CHILDREN);
  bool const done = std::system(fmt::format("gringo '{}' >/dev/null", program.string()).c_str()) == 0;
  fmt::print("  gringo, reading facts as numbers     {}{}\n", watch.text(), done ? "" : " (failed)");
}

void measure(Call const& call, std::filesystem::path const& file, std::filesystem::path const& rules_file,
             std::filesystem::path const& folder) {
  VlogRules const rules(rules_file);
  MemoryTerms terms;
  Stopwatch const reading;
  std::vector<Fact> const facts = facts_of(call, file, terms);
  fmt::print("{}: {} facts\n  reading and numbering terms          {}\n", file.filename().string(), facts.size(),
             reading.text());
  Materialisation materialisation(parse_rules(call, rules.own()), terms);
  std::size_t derived = 0;
  {
    Stopwatch const watch;
    derived = materialisation.update(call, facts, {}).added.size();
    fmt::print("  materialising                        {}, {} facts derived\n", watch.text(), derived);
  }
  std::vector<Fact> some;
  for (std::size_t i = 0; i < taken_back; ++i) some.push_back(facts[i * (facts.size() / taken_back)]);
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
  measure_gringo(rules, facts, terms, folder);
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
    std::filesystem::path const file = argc > 1 ? argv[1] : lubm / "lubm10.nt.zst";
    auto text = file;
    if (file.extension() == ".zst") {
      text = scratch.path() / file.stem();
      if (std::system(fmt::format("zstd -q -d -f '{}' -o '{}'", file.string(), text.string()).c_str()) != 0)
        throw unavailable("zstd could not unpack " + file.string());
    }
    SystemClock const clock;
    Call const call = system_call(clock);
    measure(call, text, lubm / "LUBM_L.dlog", scratch.path());
  } catch (Error const& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
