#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "embed/triples.h"
#include "recommend/item_columns.h"

namespace lepton::learn {

/// Which table of items a recommender is given, and its columns.
struct ItemSource {
  std::string input, item = "item";
  std::vector<std::string> text, category, number;

  static constexpr auto fields() {
    using S = ItemSource;
    return std::tuple{required("input", &S::input, "name of an input of the recipe: a row an item"),
                      optional("item", &S::item, "column of the item, no two alike"),
                      optional("text", &S::text, "columns of what is written about it"),
                      optional("category", &S::category, "columns of facts; several with '|' between"),
                      optional("number", &S::number, "columns of numbers, which are told apart by eight ranges")};
  }
};

/// Which table of facts a recommender is given, and its columns.
struct FactSource {
  std::string input, subject = "subject", relation = "relation", object = "object";
  int steps = 3;

  static constexpr auto fields() {
    using S = FactSource;
    return std::tuple{
        required("input", &S::input, "name of an input of the recipe: a row a fact"),
        optional("subject", &S::subject, "column of what the fact is about, by the item's name or another"),
        optional("relation", &S::relation, "column of how it is tied"),
        optional("object", &S::object, "column of what it is tied to, by the item's name or another"),
        optional("steps", &S::steps, "facts that a path from item to item goes over, at most: 1 to 3")};
  }
};

/// What a table says of one item.
struct DescribedItem {
  std::string name;
  std::vector<std::string> features;  ///< "genre: drama", of a text "title: heat", of a number "year: 1990 to 1994"
};

struct ItemTable {
  std::vector<recommend::ItemColumn> columns;
  std::vector<DescribedItem> items;
};

/// Throws Error{invalid} that names the input, and line and column: a missing item or one that stood there already, a
/// number that is none, broken UTF-8. A missing category or number is none; `pointer` is where the source stands in the
/// specification.
[[nodiscard]] ItemTable read_items(Call const& call, std::filesystem::path const& file, ItemSource const& source,
                                   std::string const& pointer);

/// Facts by numbers: the items first, then what else they name. A plain value.
struct ItemFacts {
  std::vector<embed::Triple> list;
  std::vector<std::string> entities;  ///< behind the items
  std::vector<std::string> relations;
  std::uint32_t items = 0;  ///< that some fact names
};

/// Throws Error{invalid} that names the input, and line and column: a part of a fact that is missing, too many
/// relations, and a table of which no fact names any of the items.
[[nodiscard]] ItemFacts read_facts(Call const& call, std::filesystem::path const& file, FactSource const& source,
                                   std::string const& pointer, embed::Names const& items);

}  // namespace lepton::learn
