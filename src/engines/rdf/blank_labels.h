#pragma once

#include <cstddef>
#include <string>

namespace lepton::rdf {

/// Labels for nodes that a document leaves nameless, and for those it names, so that the two never meet, without
/// remembering any: generated ones are "anon1", "anon2"…, and a document's own label of the form anon x* digits gets
/// one more x. Owned by one parser.
class BlankLabels {
 public:
  /// Replaces `out` by a label no other node of the document has.
  void generate(std::string& out);
  /// Makes the document's own label, from `begin` on in `text`, distinct from generated ones.
  static void keep(std::string& text, std::size_t begin = 0);

 private:
  std::size_t generated_ = 0;
};

}  // namespace lepton::rdf
