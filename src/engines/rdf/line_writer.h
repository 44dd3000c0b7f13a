#pragma once

#include "rdf/writer.h"

namespace lepton::rdf {

/// N-Triples and N-Quads in their canonical form, a statement per line.
class LineWriter : public Writer {
 public:
  LineWriter(Syntax syntax, ByteSink& sink) : out_(sink), quads_(syntax == Syntax::nquads) {}
  void quad(QuadView const& quad) override;
  void finish() override { out_.flush(); }

 private:
  OutputBuffer out_;
  bool quads_;
};

}  // namespace lepton::rdf
