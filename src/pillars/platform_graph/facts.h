#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "platform_graph/names.h"
#include "platform_graph/vocabulary.h"
#include "rdf/store/id_quad.h"

namespace lepton::platform_graph {

/// Takes down what one source says, as statements of the default graph. One thread, for one reading.
class Facts {
 public:
  explicit Facts(Names& names) : names_(names) {}

  /// What is said of one thing. What is empty is not said.
  class Thing {
   public:
    Thing(Facts& facts, rdf::TermId subject) : facts_(facts), subject_(subject) {}

    Thing& is_a(Word const& type);
    Thing& text(Word const& predicate, std::string_view value);
    Thing& number(Word const& predicate, std::int64_t value);
    Thing& at(Word const& predicate, std::optional<Timestamp> const& moment);
    Thing& flag(Word const& predicate, bool value);
    Thing& link(Word const& predicate, std::string const& iri);

   private:
    Facts& facts_;
    rdf::TermId subject_;
  };

  /// Who may pass the gate may know of the thing.
  [[nodiscard]] Thing about(std::string const& iri, Gate const& gate) { return {*this, names_.iri(iri, gate)}; }
  /// Of a thing that another source describes.
  [[nodiscard]] Thing about(std::string const& iri) { return {*this, names_.mention(iri)}; }

  /// Ascending, each once.
  [[nodiscard]] std::vector<rdf::IdQuad> take() &&;

 private:
  void say(rdf::TermId subject, Word const& predicate, rdf::TermId object);
  [[nodiscard]] rdf::TermId word(Word const& word);

  Names& names_;
  std::map<Word, rdf::TermId> words_;
  std::vector<rdf::IdQuad> quads_;
};

}  // namespace lepton::platform_graph
