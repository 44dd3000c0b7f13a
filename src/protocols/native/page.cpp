#include "native/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/error.h"
#include "native/filter.h"

namespace lepton::native::detail {
namespace {

struct Order {
  std::string field;
  bool descending = false;
};

std::string trimmed(std::string_view text) {
  auto const begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

std::vector<Order> orders_of(std::string_view text) {
  std::vector<Order> orders;
  while (!text.empty()) {
    auto const comma = std::min(text.find(','), text.size());
    auto const word = trimmed(text.substr(0, comma));
    auto const space = word.find(' ');
    Order order{.field = word.substr(0, space)};
    std::string const direction = space == std::string::npos ? "" : trimmed(word.substr(space));
    if (order.field.empty() || (!direction.empty() && direction != "asc" && direction != "desc"))
      throw invalid("order_by must be fields with 'asc' or 'desc', such as \"created_at desc, name\"",
                    {{"/order_by", "expected fields such as \"created_at desc, name\""}});
    order.descending = direction == "desc";
    orders.push_back(std::move(order));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return orders;
}

// A token names its place and the list it belongs to, so that it is not read against another filter by mistake.
std::string fingerprint(Paging const& paging) {
  return sha256(paging.filter + "\n" + paging.order_by).hex().substr(0, 16);
}

std::size_t offset_of(Paging const& paging) {
  if (paging.page_token.empty()) return 0;
  auto const text = from_base64(paging.page_token).value_or("");
  auto const colon = text.find(':');
  std::size_t offset = 0;
  if (colon == std::string::npos || text.substr(0, colon) != fingerprint(paging) ||
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), offset).ec != std::errc{})
    throw invalid("page_token does not belong to this list; repeat the filter and order_by of the page it came with",
                  {{"/page_token", "expected next_page_token of the page before"}});
  return offset;
}

}  // namespace

std::pair<std::vector<std::size_t>, std::string> choose(std::vector<json::Value> const& all, Paging const& paging) {
  auto const filter = Filter::parse(paging.filter);
  auto const orders = orders_of(paging.order_by);
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (filter.matches(all[i])) chosen.push_back(i);
  std::stable_sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
    for (auto const& order : orders) {
      int const found = compare(find_member(all[a], order.field), find_member(all[b], order.field));
      if (found != 0) return order.descending ? found > 0 : found < 0;
    }
    return false;
  });
  auto const begin = std::min(offset_of(paging), chosen.size());
  auto const size = static_cast<std::size_t>(std::clamp(paging.page_size, 1, 1000));
  auto const end = std::min(begin + size, chosen.size());
  std::string token =
      end < chosen.size() ? to_base64url(fmt::format("{}:{}", fingerprint(paging), end)) : std::string();
  return {{chosen.begin() + static_cast<std::ptrdiff_t>(begin), chosen.begin() + static_cast<std::ptrdiff_t>(end)},
          std::move(token)};
}

}  // namespace lepton::native::detail
