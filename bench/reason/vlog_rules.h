#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lepton::reason {

/// Rules in VLog's notation: "RP4(X,Y) :- RP1(X,Y)", with predicates that lines "RP1(A,B) :- TE(A,<iri>,B)" explain.
class VlogRules {
 public:
  explicit VlogRules(std::filesystem::path const& file);

  /// What a predicate of two terms, or of one, stands for: an IRI in angle brackets, and a class or nothing.
  using Meanings = std::map<std::string, std::pair<std::string, std::string>>;
  [[nodiscard]] Meanings const& meanings() const { return meanings_; }

  /// The predicates that some rule derives.
  [[nodiscard]] std::set<std::string> heads() const;

  /// In our language.
  [[nodiscard]] std::string own() const;
  /// In gringo's; facts are r("predicate", a, b) and t("class", a).
  [[nodiscard]] std::string gringo() const;
  /// In Nemo's, with VLog's names of predicates.
  [[nodiscard]] std::string nemo() const;

 private:
  template <class Write>
  [[nodiscard]] std::string each(Write const& write) const;

  Meanings meanings_;
  std::vector<std::string> rules_;
};

}  // namespace lepton::reason
