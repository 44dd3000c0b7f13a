#include "vlog_rules.h"

#include <fmt/format.h>

#include <fstream>
#include <regex>

#include "rdf/vocabulary.h"

namespace lepton::reason {

VlogRules::VlogRules(std::filesystem::path const& file) {
  std::ifstream lines(file);
  static std::regex const meaning(R"((RP\d+)\(.*\) :- TE\(A,(rdf:type|<[^>]*>),(B|<[^>]*>)\))");
  std::smatch parts;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_match(line, parts, meaning)) {
      std::string const predicate = parts[2] == "rdf:type" ? fmt::format("<{}>", rdf::rdf_type) : parts[2].str();
      meanings_[parts[1]] = {predicate, parts[3] == "B" ? "" : parts[3].str()};
    } else if (!line.empty()) {
      rules_.push_back(line);
    }
  }
}

std::set<std::string> VlogRules::heads() const {
  std::set<std::string> names;
  for (std::string const& rule : rules_) names.insert(rule.substr(0, rule.find('(')));
  return names;
}

template <class Write>
std::string VlogRules::each(Write const& write) const {
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

std::string VlogRules::own() const {
  return each([&](std::string const& name, std::string const& a, std::string const& b) {
    auto const& [predicate, type] = meanings_.at(name);
    return fmt::format("[?{}, {}, {}]", a, predicate, type.empty() ? "?" + b : type);
  });
}

std::string VlogRules::gringo() const {
  return each([&](std::string const& name, std::string const& a, std::string const& b) {
    auto const& [predicate, type] = meanings_.at(name);
    return type.empty() ? fmt::format("r(\"{}\",{},{})", predicate, a, b) : fmt::format("t(\"{}\",{})", type, a);
  });
}

std::string VlogRules::nemo() const {
  return each([](std::string const& name, std::string const& a, std::string const& b) {
    return b.empty() ? fmt::format("{}(?{})", name, a) : fmt::format("{}(?{}, ?{})", name, a, b);
  });
}

}  // namespace lepton::reason
