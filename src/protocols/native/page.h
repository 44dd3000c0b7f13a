#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/fields.h"
#include "base/json.h"

namespace lepton::native {

/// What every list takes.
struct Paging {
  int page_size = 50;  ///< coerced into 1..1000
  std::string page_token;
  std::string filter;
  std::string order_by;
};

/// An Input of a list with nothing else; others inherit it and add paging_fields<Their>() to their own.
template <class Input>
constexpr auto paging_fields() {
  return std::tuple{optional("page_size", &Input::page_size, "how many at most, 1 to 1000"),
                    optional("page_token", &Input::page_token, "next_page_token of the page before"),
                    optional("filter", &Input::filter, "for example  name:\"pay\" AND tags:\"pii\""),
                    optional("order_by", &Input::order_by, "fields, each with desc or not: \"created_at desc, name\"")};
}

/// The Input of a list of what belongs to one asset: its versions, its revisions.
struct PagingOfAsset : Paging {
  std::string department, name;
  static constexpr auto fields() {
    return std::tuple_cat(paging_fields<PagingOfAsset>(),
                          std::tuple{required("department", &PagingOfAsset::department, "that owns it"),
                                     required("name", &PagingOfAsset::name, "its name")});
  }
};

template <class Item>
struct Page {
  std::vector<Item> items;
  std::string next_page_token;  ///< empty at the end
  static constexpr auto fields() {
    return std::tuple{required("items", &Page::items, "this page"),
                      required("next_page_token", &Page::next_page_token, "empty on the last page")};
  }
};

namespace detail {

/// Which of `all` stand on the page, in order, and the token of the next. Throws Error{invalid} for a filter or order
/// that does not parse and for a token of another list.
[[nodiscard]] std::pair<std::vector<std::size_t>, std::string> choose(std::vector<json::Value> const& all,
                                                                      Paging const& paging);

}  // namespace detail

/// Filters, orders and cuts what the caller may see. The items are given whole: lists of the registry are thousands,
/// not millions; what grows without bound (metrics, audit, decisions) pages in its own pillar.
template <class Item>
[[nodiscard]] Page<Item> page_of(std::vector<Item> items, Paging const& paging) {
  std::vector<json::Value> all;
  all.reserve(items.size());
  for (auto const& item : items) all.push_back(to_json(item));
  auto [chosen, token] = detail::choose(all, paging);
  Page<Item> page{.items = {}, .next_page_token = std::move(token)};
  for (auto const index : chosen) page.items.push_back(std::move(items[index]));
  return page;
}

}  // namespace lepton::native
