#pragma once

#include "retrieval/index.h"

namespace lepton::retrieval {

inline constexpr std::string_view index_kind = "retrieval-index";
inline constexpr std::uint32_t index_format = 3;

/// What the section "about" of an index file says, as JSON.
struct AboutIndex {
  std::uint64_t version = 0;
  std::int64_t segments = 0;
  IndexOptions options;

  static constexpr auto fields() {
    using A = AboutIndex;
    return std::tuple{required("version", &A::version, "number of writes"),
                      required("segments", &A::segments, "number of segments"),
                      required("options", &A::options, "how it is made and searched")};
  }
};

[[nodiscard]] inline std::string segment_name(std::size_t number) {
  return fmt::format("s{}", number);
}

/// An opened index; in the order in which its members depend on each other.
struct Index::Content {
  explicit Content(IndexOptions const& options) : about{0, 0, options} {}
  explicit Content(runtime::ModelFile opened);

  std::optional<runtime::ModelFile> file;
  AboutIndex about;
  TermVectors vectors;
  std::vector<Segment> segments;
};

}  // namespace lepton::retrieval
