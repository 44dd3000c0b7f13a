#include "learn/interaction_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "embed/triples.h"
#include "learn/examples.h"
#include "learn/moments.h"
#include "learn/text_columns.h"
#include "recommend/content_map.h"
#include "text/hash.h"
#include "text/real.h"

namespace lepton::learn {
namespace {

constexpr float most_value = 1e6f;

/// Where each kind of column stands among those asked for.
struct Places {
  std::vector<AskedColumn> asked;
  std::optional<std::size_t> value, time, text;
  std::size_t first_feature = 0;

  explicit Places(InteractionColumns const& columns) {
    asked = {{"/parameters/user", columns.user}, {"/parameters/item", columns.item}};
    auto const add = [&](std::optional<std::string> const& name, char const* pointer) -> std::optional<std::size_t> {
      if (!name) return std::nullopt;
      asked.push_back({pointer, *name});
      return asked.size() - 1;
    };
    value = add(columns.value, "/parameters/value");
    time = add(columns.time, "/parameters/time");
    text = add(columns.text, "/parameters/item_text");
    first_feature = asked.size();
    for (std::size_t i = 0; i < columns.features.size(); ++i)
      asked.push_back({json::pointer_to("/parameters/item_features", i), columns.features[i]});
  }
};

/// Collects what the rows say.
class InteractionReader {
 public:
  explicit InteractionReader(TextColumns columns, Places places)
      : columns_(std::move(columns)), places_(std::move(places)) {}

  [[nodiscard]] InteractionTable read(Call const& call, ItemTables const& further) {
    table_.item_columns = columns_of_rows();
    for (std::size_t row = 0; row < columns_.rows(); ++row) {
      if (row % 4096 == 0) call.proceed();
      auto const user = users_.add(required(row, 0, "user")), item = items_.add(required(row, 1, "item"));
      take(row, user, item);
      describe(row, item);
    }
    if (further.items) read_further(read_items(call, further.items_file, *further.items, "/parameters/items"));
    table_.users = static_cast<std::uint32_t>(users_.size());
    table_.items = items_.all();
    keep_telling_features();
    if (further.facts) table_.facts = read_facts(call, further.facts_file, *further.facts, "/parameters/facts", items_);
    return std::move(table_);
  }

 private:
  [[nodiscard]] std::string const& field(std::size_t row, std::size_t column) const {
    return columns_.values[column][row];
  }
  [[nodiscard]] std::string const& required(std::size_t row, std::size_t column, std::string_view what) const {
    auto const& name = field(row, column);
    if (name.empty())
      throw invalid(
          fmt::format("{}: the {} is missing; leave out rows without one", columns_.place(row, column), what));
    if (name.size() > embed::longest_name)
      throw invalid(fmt::format("{}: a name has {} bytes, expected at most {}", columns_.place(row, column),
                                name.size(), embed::longest_name));
    return name;
  }

  [[nodiscard]] float value(std::size_t row) const {
    if (!places_.value) return 1;
    auto const& text = field(row, *places_.value);
    auto const number = text::find_real(text);
    if (!number || *number < 0 || *number > static_cast<double>(most_value))
      throw invalid(fmt::format("{}: expected a number from 0 to 1000000, found '{}'",
                                columns_.place(row, *places_.value), text));
    return static_cast<float>(*number);
  }

  [[nodiscard]] double time(std::size_t row) const {
    auto const& text = field(row, *places_.time);
    if (auto const moment = find_moment(text)) return static_cast<double>(moment->micros);
    if (auto const number = text::find_real(text)) return *number;
    throw invalid(
        fmt::format("{}: expected a date, a time or a number, found '{}'", columns_.place(row, *places_.time), text));
  }

  void take(std::size_t row, std::uint32_t user, std::uint32_t item) {
    auto const [found, fresh] =
        place_of_.try_emplace(std::uint64_t{user} << 32U | item, static_cast<std::uint32_t>(table_.list.size()));
    if (fresh) {
      table_.list.push_back({user, item, value(row)});
      if (places_.time) table_.times.push_back(time(row));
      return;
    }
    auto& known = table_.list[found->second];
    if (places_.value) known.value = std::min(known.value + value(row), most_value);
    if (places_.time) table_.times[found->second] = std::max(table_.times[found->second], time(row));
  }

  /// Rows of one item mostly say the same: each field is cut once.
  void describe(std::size_t row, std::uint32_t item) {
    auto const is_new = [&](std::size_t column) {
      auto const& said = field(row, column);
      return !said.empty() && described_.insert(text::combine(text::combine(item, column), text::hash64(said))).second;
    };
    for (std::size_t i = 0; i < table_.item_columns.size(); ++i)
      if (auto const column = first_column() + i; is_new(column))
        for (auto const& feature : table_.item_columns[i].features(field(row, column))) add_feature(item, feature);
  }

  /// Of what the rows say about items, text before features: they stand in this order among those asked for.
  [[nodiscard]] std::size_t first_column() const { return places_.text.value_or(places_.first_feature); }
  [[nodiscard]] std::vector<recommend::ItemColumn> columns_of_rows() const {
    std::vector<recommend::ItemColumn> columns;
    for (auto place = first_column(); place < places_.asked.size(); ++place)
      columns.push_back({places_.asked[place].name,
                         place == places_.text ? recommend::ItemColumnKind::text : recommend::ItemColumnKind::category,
                         {}});
    return columns;
  }

  void read_further(ItemTable const& further) {
    for (auto const& [name, features] : further.items)
      for (auto const item = items_.add(name); auto const& feature : features) add_feature(item, feature);
    for (auto const& column : further.columns) {
      auto const same = [&](auto const& known) { return known.name == column.name; };
      if (std::none_of(table_.item_columns.begin(), table_.item_columns.end(), same))
        table_.item_columns.push_back(column);
    }
  }

  void add_feature(std::uint32_t item, std::string_view text) {
    auto const feature = features_.add(text);
    if (has_.insert(std::uint64_t{item} << 32U | feature).second) table_.item_features.push_back({item, feature, 1});
  }

  /// A feature tells when two items have it, and not most of them.
  void keep_telling_features() {
    std::vector<std::uint32_t> counts(features_.size()), order, number(features_.size());
    for (auto const& one : table_.item_features) ++counts[one.item];
    for (std::uint32_t i = 0; i < counts.size(); ++i)
      if (counts[i] >= 2 && counts[i] * 2 <= std::max<std::size_t>(items_.size(), 4)) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return counts[a] > counts[b]; });
    if (order.size() > recommend::most_features) order.resize(recommend::most_features);
    std::vector<char> kept(features_.size());
    for (auto const i : order) {
      number[i] = static_cast<std::uint32_t>(table_.features.size());
      kept[i] = 1;
      table_.features.push_back(features_[i]);
    }
    std::erase_if(table_.item_features, [&](auto const& one) { return !kept[one.item]; });
    for (auto& one : table_.item_features) one.item = number[one.item];
  }

  TextColumns columns_;
  Places places_;
  embed::Names users_, items_, features_;
  std::unordered_map<std::uint64_t, std::uint32_t> place_of_;
  std::unordered_set<std::uint64_t> described_, has_;  // hashes; item and feature
  InteractionTable table_;
};

}  // namespace

InteractionTable read_interactions(Call const& call, std::filesystem::path const& file,
                                   InteractionColumns const& columns, ItemTables const& further) {
  Places places(columns);
  auto table = InteractionReader(read_text_columns(call, file, places.asked), places).read(call, further);
  if (table.users < 2 || table.items.size() < 2)
    throw invalid(fmt::format("the table has {} of users ('{}') and {} of items ('{}'): expected at least two of each",
                              table.users, columns.user, table.items.size(), columns.item));
  return table;
}

std::vector<recommend::Interaction> InteractionParts::before_test() const {
  auto both = train;
  both.insert(both.end(), validation.begin(), validation.end());
  return both;
}

InteractionParts split_interactions(InteractionTable const& table, SplitOptions const& options, std::uint64_t seed) {
  std::vector<std::uint32_t> order(table.list.size());
  std::vector<std::uint64_t> chance(table.list.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    order[i] = i;
    chance[i] = text::combine(text::combine(seed, hash_key(table.items[table.list[i].item])), table.list[i].user);
  }
  auto const rank = [&](std::uint32_t i) {
    return std::tuple(table.list[i].user, table.times.empty() ? 0 : table.times[i], chance[i]);
  };
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
  InteractionParts parts;
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && table.list[order[end]].user == table.list[order[begin]].user) ++end;
    auto const count = static_cast<double>(end - begin);
    auto const test = static_cast<std::size_t>(std::lround(count * options.test));
    auto const validation = static_cast<std::size_t>(std::lround(count * options.validation));
    for (auto i = begin; i < end; ++i) {
      auto& part = i + test >= end && i > begin                ? parts.test
                   : i + test + validation >= end && i > begin ? parts.validation
                                                               : parts.train;
      part.push_back(table.list[order[i]]);
    }
  }
  if (parts.validation.empty() || parts.test.empty())
    throw invalid(
        fmt::format("no user has enough items to hold some out ({:g} % to choose by, {:g} % to test): give users with "
                    "more items, or larger shares",
                    options.validation * 100, options.test * 100));
  return parts;
}

}  // namespace lepton::learn
