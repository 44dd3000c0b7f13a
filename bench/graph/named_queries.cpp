#include "named_queries.h"

#include "base/file.h"
#include "sparql/parser.h"
#include "sparql/result_formats.h"

namespace lepton::bench {

namespace {

class Counted : public rdf::ByteSink {
 public:
  void write(std::string_view text) override { bytes += text.size(); }
  std::size_t bytes = 0;
};

class NoGraph : public rdf::QuadSink {
 public:
  void quad(rdf::QuadView const& /*quad*/) override {}
};

}  // namespace

std::vector<NamedQuery> queries_of(std::filesystem::path const& file) {
  std::string const text = read_file(file);
  std::vector<NamedQuery> out;
  std::size_t at = text.find("### ");
  std::string const prologue = text.substr(0, at);
  while (at != std::string::npos) {
    std::size_t const line = text.find('\n', at);
    std::size_t const next = text.find("### ", line);
    out.push_back({text.substr(at + 4, line - at - 4), prologue + text.substr(line, next - line)});
    at = next;
  }
  return out;
}

Answered answer(Call const& call, rdf::Store& store, NamedQuery const& query, sparql::EngineOptions const& options) {
  Counted bytes;
  NoGraph graph;
  auto const writer = sparql::make_result_writer(sparql::ResultFormat::json, bytes);
  auto const report = run_query(call, sparql::parse_query(query.text), store.snapshot(), *writer, graph, options);
  writer->finish();
  return {report, bytes.bytes};
}

}  // namespace lepton::bench
