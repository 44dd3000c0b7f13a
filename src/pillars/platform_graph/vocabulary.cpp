#include "platform_graph/vocabulary.h"

#include <fmt/format.h>

namespace lepton::platform_graph {
namespace {

/// RFC 3987: what may not stand in an IRI as it is. '%' too, so that two names never become one.
std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c < 0 ||
                       std::string_view("-._~/@:").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

bool names_an_address(lineage::Node const& node) {
  return node.key.find('/') != std::string::npos;
}

}  // namespace

std::string department_iri(std::string_view name) {
  return "lepton:" + escaped(name);
}

std::string asset_iri(access::Address const& address) {
  return "lepton:" + escaped(address.str());
}

std::string version_iri(access::Address const& asset, std::int64_t number) {
  return fmt::format("{}@{}", asset_iri(asset), number);
}

std::string column_iri(access::Address const& asset, std::string_view column) {
  return fmt::format("{}#{}", asset_iri(asset), escaped(column));
}

std::string principal_iri(std::string_view name) {
  return "urn:lepton:principal:" + escaped(name);
}

std::string subject_iri(access::Subject const& subject) {
  if (subject.kind == access::Subject::Kind::everyone) return "urn:lepton:everyone";
  if (subject.kind == access::Subject::Kind::department) return department_iri(subject.name);
  return principal_iri(subject.name);
}

std::string record_iri(std::string_view kind, std::string_view id) {
  return fmt::format("urn:lepton:{}:{}", kind, escaped(id));
}

std::string node_iri(lineage::Node const& node) {
  return names_an_address(node) ? "lepton:" + escaped(node.key) : record_iri(node.kind, node.key);
}

bool is_activity(lineage::Node const& node) {
  return !names_an_address(node);
}

}  // namespace lepton::platform_graph
