#pragma once

#include <string>
#include <vector>

#include "rdf/writer.h"
#include "sparql/result_formats.h"

namespace lepton::sparql {

// One class per format; result_formats.h says what they have in common.

class XmlResultWriter : public ResultWriter {
 public:
  explicit XmlResultWriter(rdf::ByteSink& sink) : out_(sink) {}
  void boolean(bool value) override;
  void variables(std::vector<std::string> const& names) override;
  void row(Row const& row) override;
  void finish() override;

 private:
  void term(rdf::Term const& term);
  rdf::OutputBuffer out_;
  std::vector<std::string> names_;
  bool rows_ = false;
};

class JsonResultWriter : public ResultWriter {
 public:
  explicit JsonResultWriter(rdf::ByteSink& sink) : out_(sink) {}
  void boolean(bool value) override;
  void variables(std::vector<std::string> const& names) override;
  void row(Row const& row) override;
  void finish() override;

 private:
  void term(rdf::Term const& term);
  rdf::OutputBuffer out_;
  std::vector<std::string> names_;  ///< as JSON strings
  bool rows_ = false;
  bool first_ = true;
};

/// CSV and TSV.
class TextResultWriter : public ResultWriter {
 public:
  TextResultWriter(rdf::ByteSink& sink, bool tabs) : out_(sink), tabs_(tabs) {}
  void boolean(bool value) override;
  void variables(std::vector<std::string> const& names) override;
  void row(Row const& row) override;
  void finish() override { out_.flush(); }

 private:
  rdf::OutputBuffer out_;
  bool tabs_;
};

}  // namespace lepton::sparql
