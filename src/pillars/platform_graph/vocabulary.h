#pragma once

#include <string>
#include <string_view>

#include "access/address.h"
#include "access/subject.h"
#include "lineage/lineage.h"

/// The words and names of the platform's graph, as docs/guides/the-platform-as-a-graph.md lists them.
namespace lepton::platform_graph {

/// Terms of our own: "urn:lepton:terms:" + name. DCAT, PROV-O, FOAF, ORG and Dublin Core have the others.
namespace lep {
inline constexpr std::string_view space = "urn:lepton:terms:";
}  // namespace lep
namespace dcat {
inline constexpr std::string_view space = "http://www.w3.org/ns/dcat#";
}
namespace prov {
inline constexpr std::string_view space = "http://www.w3.org/ns/prov#";
}
namespace dct {
inline constexpr std::string_view space = "http://purl.org/dc/terms/";
}
namespace foaf {
inline constexpr std::string_view space = "http://xmlns.com/foaf/0.1/";
}
namespace org {
inline constexpr std::string_view space = "http://www.w3.org/ns/org#";
}

/// A word of a vocabulary: Word{lep::space, "dependsOn"}.
struct Word {
  std::string_view space;
  std::string_view name;

  [[nodiscard]] std::string iri() const { return std::string(space) + std::string(name); }
  friend auto operator<=>(Word const&, Word const&) = default;
};

// Names of things. Assets and their versions are named as SERVICE names graphs: <lepton:banking/customers@3>.
[[nodiscard]] std::string department_iri(std::string_view name);
[[nodiscard]] std::string asset_iri(access::Address const& address);
[[nodiscard]] std::string version_iri(access::Address const& asset, std::int64_t number);
[[nodiscard]] std::string column_iri(access::Address const& asset, std::string_view column);
/// A user, service account or group, whose names no two share.
[[nodiscard]] std::string principal_iri(std::string_view name);
[[nodiscard]] std::string subject_iri(access::Subject const& subject);
/// A run, a job or a grant.
[[nodiscard]] std::string record_iri(std::string_view kind, std::string_view id);
[[nodiscard]] std::string node_iri(lineage::Node const& node);
/// Whether something was done, rather than a thing: a prov:Activity.
[[nodiscard]] bool is_activity(lineage::Node const& node);

}  // namespace lepton::platform_graph
