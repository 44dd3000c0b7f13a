#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lepton::graphs {

/// Where a SPARQL service outside is asked, taken apart. Two spellings of one address are one value: scheme and host in
/// lower case, the scheme's own port left out.
struct ServiceUrl {
  std::string origin;  ///< "https://graphs.example:8890"
  std::string target;  ///< path and query, "/sparql"; empty when the URL has neither

  [[nodiscard]] std::string str() const { return origin + target; }
  friend bool operator==(ServiceUrl const&, ServiceUrl const&) = default;
};

/// Throws Error{invalid} for what is no http or https URL, or holds a login or a fragment.
[[nodiscard]] ServiceUrl parse_service_url(std::string_view url);

/// The services outside that may be asked: those that whoever runs the server named, and no others. An entry with a
/// path is that path alone, with the query that it has or with any; an entry without one is every path of its origin.
/// Nothing is matched by pattern or prefix of a name, so that nobody reaches what lies beside an allowed service.
/// Immutable.
class AllowedServices {
 public:
  /// Throws Error{invalid} that names the entry which is none.
  explicit AllowedServices(std::vector<std::string> const& urls);

  [[nodiscard]] bool contains(ServiceUrl const& url) const;
  /// Throws Error{denied, "service_not_allowed"}.
  void require(ServiceUrl const& url) const;

 private:
  std::vector<ServiceUrl> allowed_;
};

}  // namespace lepton::graphs
