#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "learn/item_sources.h"
#include "learn/split.h"
#include "recommend/interactions.h"

namespace lepton::learn {

/// Which columns of a table of interactions are what.
struct InteractionColumns {
  std::string user, item;
  std::optional<std::string> value;   ///< how often or how strongly, from 0 on
  std::optional<std::string> time;    ///< a date, a time, or a number that rises
  std::optional<std::string> text;    ///< what is written about the item
  std::vector<std::string> features;  ///< facts of the item; several stand in one field with '|' between
};

/// Who took what, and what is known of the items. A plain value.
struct InteractionTable {
  std::vector<std::string> items;  ///< names in the order they came
  std::uint32_t users = 0;
  std::vector<recommend::Interaction> list;  ///< of each user and item one: values of its rows summed up, or 1
  std::vector<double> times;                 ///< of each of these the latest; empty where there is no such column
  std::vector<std::string> features;         ///< "genre: comedy", and of a text "title: heat"
  std::vector<recommend::Interaction> item_features;  ///< item, feature, 1
  std::vector<recommend::ItemColumn> item_columns;    ///< whence the features come
  std::optional<ItemFacts> facts;                     ///< where a table of them was given
};

/// What is known of the items beside the rows of interactions: further tables, where they are, and their files.
struct ItemTables {
  std::optional<ItemSource> items;
  std::optional<FactSource> facts;
  std::filesystem::path items_file, facts_file;
};

/// Reads RFC 4180 CSV with a header. What several rows and the table of items say of one item adds up; features that
/// one item alone has, or that most items have, tell nothing and are left out, and of the others the `most_features`
/// that most items have are kept. Items of their table that nobody took are numbered behind the others. Throws
/// Error{invalid}: columns that are not there, and with line and column a missing user or item, a value that is no
/// number from 0 on, a time that is none; and what read_items() and read_facts() throw.
[[nodiscard]] InteractionTable read_interactions(Call const& call, std::filesystem::path const& file,
                                                 InteractionColumns const& columns, ItemTables const& further = {});

/// Each user's items put apart: the latest test, those before choose, the first train; without times by a hash.
struct InteractionParts {
  std::vector<recommend::Interaction> train, validation, test;

  /// All but the test: what a model that is tested has learnt from.
  [[nodiscard]] std::vector<recommend::Interaction> before_test() const;
};

/// Every user keeps at least one item to train. Throws Error{invalid} where nobody has enough items to hold one out.
[[nodiscard]] InteractionParts split_interactions(InteractionTable const& table, SplitOptions const& options,
                                                  std::uint64_t seed);

}  // namespace lepton::learn
