#include "graphs/validation.h"

#include <fmt/format.h>

#include "rdf/nquads_text.h"
#include "rdf/term.h"

namespace lepton::graphs {
namespace {

using reason::ShaclPath;

/// As N-Triples writes it, but whole numbers bare.
std::string text_of(reason::GraphView const& data, rdf::TermId id) {
  std::string text;
  if (!id.defined()) return text;
  if (id.kind() == rdf::IdKind::integer) return data.term(id).value;
  rdf::append_term(text, data.term(id).view());
  return text;
}

/// The path's parts, each in brackets where it would read otherwise.
std::string path_text(reason::GraphView const& data, ShaclPath const& path) {
  using Kind = ShaclPath::Kind;
  auto const part = [&](ShaclPath const& one) {
    auto const text = path_text(data, one);
    return one.kind == Kind::predicate ? text : "(" + text + ")";
  };
  if (path.kind == Kind::predicate) return text_of(data, path.predicate);
  if (path.kind == Kind::inverse) return "^" + part(path.parts.front());
  if (path.kind == Kind::zero_or_more) return part(path.parts.front()) + "*";
  if (path.kind == Kind::one_or_more) return part(path.parts.front()) + "+";
  if (path.kind == Kind::zero_or_one) return part(path.parts.front()) + "?";
  std::string text;
  for (auto const& one : path.parts) text += (text.empty() ? "" : path.kind == Kind::sequence ? "/" : "|") + part(one);
  return text;
}

/// The path of a result: an IRI of its own (sh:closed), or its shape's.
std::string path_of(reason::GraphView const& data, reason::Shapes const& shapes, reason::ShaclResult const& result) {
  if (!result.path.defined()) return "";
  if (result.path.kind() == rdf::IdKind::iri) return text_of(data, result.path);
  auto const& path = shapes.get(result.shape).path;
  return path ? path_text(data, *path) : "";
}

/// A shape's own message, or what it asks for: "violates sh:minCount 1".
std::string message_of(reason::GraphView const& data, reason::Shapes const& shapes, reason::ShaclResult const& result) {
  auto const& shape = shapes.get(result.shape);
  if (!shape.messages.empty() || result.constraint.defined() || result.component.find(':') != std::string::npos)
    return result.message;  // it has words of its own, or is a query's
  auto parameter = result.component.substr(0, result.component.find("ConstraintComponent"));
  if (parameter.empty() || parameter.size() == result.component.size()) return result.message;
  parameter.front() = static_cast<char>(parameter.front() | 0x20);
  auto message = fmt::format("violates sh:{}", parameter);
  for (auto const value : shape.values(parameter))
    if (value.kind() != rdf::IdKind::blank) message += " " + text_of(data, value);  // lists and shapes have no name
  return message;
}

std::string local_name(std::string const& iri) {
  return iri.starts_with(reason::sh_namespace) ? iri.substr(reason::sh_namespace.size()) : iri;
}

rdf::Term sh(std::string_view name) {
  return rdf::iri(std::string(reason::sh_namespace).append(name));
}

/// Writes statements about generated blank nodes.
class Statements {
 public:
  Statements(reason::GraphView const& data, rdf::QuadSink& sink) : data_(data), sink_(sink) {}

  [[nodiscard]] rdf::Term fresh() { return rdf::blank(fmt::format("r{}", ++nodes_)); }
  void say(rdf::Term const& subject, rdf::Term const& predicate, rdf::Term const& object) {
    sink_.quad({subject.view(), predicate.view(), object.view(), {}});
  }

  /// §2.3.1: the path's node.
  rdf::Term path(ShaclPath const& path) {
    using Kind = ShaclPath::Kind;
    if (path.kind == Kind::predicate) return data_.term(path.predicate);
    auto const node = fresh();
    switch (path.kind) {
      case Kind::inverse:
        say(node, sh("inversePath"), this->path(path.parts.front()));
        return node;
      case Kind::zero_or_more:
        say(node, sh("zeroOrMorePath"), this->path(path.parts.front()));
        return node;
      case Kind::one_or_more:
        say(node, sh("oneOrMorePath"), this->path(path.parts.front()));
        return node;
      case Kind::zero_or_one:
        say(node, sh("zeroOrOnePath"), this->path(path.parts.front()));
        return node;
      case Kind::alternative:
        say(node, sh("alternativePath"), list(path.parts));
        return node;
      default:
        return list(path.parts);
    }
  }

 private:
  rdf::Term list(std::vector<ShaclPath> const& parts) {
    rdf::Term rest = rdf::iri(rdf::rdf_nil);
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
      auto const node = fresh();
      say(node, rdf::iri(rdf::rdf_first), path(*part));
      say(node, rdf::iri(rdf::rdf_rest), rest);
      rest = node;
    }
    return rest;
  }

  reason::GraphView const& data_;
  rdf::QuadSink& sink_;
  int nodes_ = 0;
};

}  // namespace

std::vector<ValidationResult> results_of(reason::GraphView const& data, reason::Shapes const& shapes,
                                         reason::ShaclReport const& report) {
  std::vector<ValidationResult> results;
  for (auto const& one : report.results) {
    results.push_back({.focus = text_of(data, one.focus),
                       .path = path_of(data, shapes, one),
                       .value = text_of(data, one.value),
                       .shape = text_of(data, one.shape),
                       .constraint = one.component,
                       .severity = local_name(data.term(one.severity).value),
                       .message = message_of(data, shapes, one)});
  }
  return results;
}

bool is_violation(ValidationResult const& result) {
  return result.severity != "Warning" && result.severity != "Info";
}

std::string sentence_of(ValidationResult const& result) {
  std::string text = result.focus;
  if (!result.path.empty()) text += " " + result.path;
  text += ": " + result.message;
  if (!result.value.empty()) text += fmt::format(" (found {})", result.value);
  return text;
}

void write_report(reason::GraphView const& data, reason::Shapes const& shapes, reason::ShaclReport const& report,
                  rdf::QuadSink& sink) {
  Statements out(data, sink);
  auto const type = rdf::iri(rdf::rdf_type);
  auto const root = out.fresh();
  out.say(root, type, sh("ValidationReport"));
  out.say(root, sh("conforms"),
          rdf::literal(report.conforms() ? "true" : "false", "http://www.w3.org/2001/XMLSchema#boolean"));
  for (auto const& one : report.results) {
    auto const node = out.fresh();
    out.say(root, sh("result"), node);
    out.say(node, type, sh("ValidationResult"));
    out.say(node, sh("focusNode"), data.term(one.focus));
    if (one.path.defined() && one.path.kind() == rdf::IdKind::iri) {
      out.say(node, sh("resultPath"), data.term(one.path));
    } else if (auto const& path = shapes.get(one.shape).path; path && one.path.defined()) {
      out.say(node, sh("resultPath"), out.path(*path));
    }
    if (one.value.defined()) out.say(node, sh("value"), data.term(one.value));
    out.say(node, sh("resultSeverity"), data.term(one.severity));
    bool const is_own = one.component.find(':') != std::string::npos;
    out.say(node, sh("sourceConstraintComponent"), is_own ? rdf::iri(one.component) : sh(one.component));
    if (one.constraint.defined()) out.say(node, sh("sourceConstraint"), data.term(one.constraint));
    out.say(node, sh("sourceShape"), data.term(one.shape));
    out.say(node, sh("resultMessage"), rdf::literal(message_of(data, shapes, one)));
  }
}

}  // namespace lepton::graphs
