#include "sparql_protocol/negotiation.h"

#include <charconv>
#include <string>

#include "http/message.h"

namespace lepton::sparql_protocol {
namespace {

std::string_view trimmed(std::string_view text) {
  auto const begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// One item of Accept, such as "text/*;q=0.5".
struct Range {
  std::string_view type;
  double quality = 1;
  int precision = 0;  ///< 0 for */*, 1 for text/*, 2 for text/turtle
};

Range range_of(std::string_view item) {
  Range range;
  auto const end = item.find(';');
  range.type = trimmed(item.substr(0, end));
  range.precision = range.type == "*/*" ? 0 : range.type.ends_with("/*") ? 1 : 2;
  while (item.find(';') != std::string_view::npos) {
    item.remove_prefix(item.find(';') + 1);
    auto const parameter = trimmed(item.substr(0, item.find(';')));
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    double quality = 0;
    auto const text = parameter.substr(2);
    if (std::from_chars(text.data(), text.data() + text.size(), quality).ec == std::errc()) range.quality = quality;
  }
  return range;
}

bool covers(Range const& range, std::string_view type) {
  if (range.precision == 0) return true;
  if (range.precision == 2) return http::same_word(range.type, type);
  auto const family = range.type.substr(0, range.type.size() - 1);
  return type.size() > family.size() && http::same_word(family, type.substr(0, family.size()));
}

/// The quality that the most precise range gives to the type; 0 when none covers it.
double quality_of(std::string_view accept, std::string_view type) {
  double quality = 0;
  int precision = -1;
  while (!accept.empty()) {
    auto const comma = accept.find(',');
    auto const range = range_of(accept.substr(0, comma));
    accept = comma == std::string_view::npos ? std::string_view() : accept.substr(comma + 1);
    if (range.type.empty() || range.precision <= precision || !covers(range, type)) continue;
    quality = range.quality;
    precision = range.precision;
  }
  return quality;
}

}  // namespace

std::optional<std::string_view> negotiate(std::optional<std::string_view> accept,
                                          std::span<std::string_view const> offered) {
  if (!accept || trimmed(*accept).empty()) return offered.front();
  std::optional<std::string_view> best;
  double best_quality = 0;
  for (auto const type : offered) {
    double const quality = quality_of(*accept, type);
    if (quality > best_quality) {
      best = type;
      best_quality = quality;
    }
  }
  return best;
}

}  // namespace lepton::sparql_protocol
