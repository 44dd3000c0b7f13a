#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "access/address.h"
#include "http/message.h"
#include "http/spool.h"
#include "rdf/byte_stream.h"

/// What the handlers share: addresses, If-Match, and how documents leave and come in.
namespace lepton::sparql_protocol {

[[nodiscard]] access::Address address_of(http::Request const& request);

/// Where the request was sent, without its query: an absolute IRI, as the Host field names this server.
[[nodiscard]] std::string url_of(http::Request const& request);

/// The commit inside If-Match, or nullopt without the header (or with "*"). Throws Error{invalid} for other text.
[[nodiscard]] std::optional<std::int64_t> expected_commit(http::Request const& request);
[[nodiscard]] std::string etag_of(std::int64_t commit);

/// Syntaxes that RDF can be read and written in, the preferred one first.
inline constexpr std::array<std::string_view, 6> triple_types{"text/turtle",         "application/n-triples",
                                                              "application/rdf+xml", "application/ld+json",
                                                              "application/trig",    "application/n-quads"};
inline constexpr std::array<std::string_view, 4> result_types{
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"};

/// What is answered in that syntax says that it is UTF-8 where its type is one of text.
[[nodiscard]] std::string content_type(std::string_view type);

/// Throws Error{invalid, "not_acceptable"} that lists what there is.
[[nodiscard]] std::string_view choose_type(http::Request const& request, std::span<std::string_view const> offered);

/// A spool as a writer's target and as a parser's source.
class SpoolSink : public rdf::ByteSink {
 public:
  explicit SpoolSink(http::Spool& spool) : spool_(spool) {}
  void write(std::string_view bytes) override { spool_.write(bytes); }

 private:
  http::Spool& spool_;
};

class SpoolSource : public rdf::ByteSource {
 public:
  explicit SpoolSource(http::Spool const& spool) : spool_(spool) {}
  [[nodiscard]] std::size_t read(std::span<char> into) override {
    auto const count = spool_.read(at_, into);
    at_ += count;
    return count;
  }

 private:
  http::Spool const& spool_;
  std::uint64_t at_ = 0;
};

/// All that the spool holds, in memory.
[[nodiscard]] std::string text_of(http::Spool const& spool);

/// 200 with what the spool holds.
[[nodiscard]] http::Response spooled(std::string_view type, std::shared_ptr<http::Spool> const& spool);

}  // namespace lepton::sparql_protocol
