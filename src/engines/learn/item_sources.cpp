#include "learn/item_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "learn/text_columns.h"
#include "recommend/fact_graph.h"

namespace lepton::learn {
namespace {

constexpr std::size_t number_ranges = 8;
constexpr std::size_t rows_between_looks = 4096;

/// A further table of a recipe, whose name stands before whatever is wrong with it.
class InputTable {
 public:
  InputTable(Call const& call, std::filesystem::path const& file, std::string const& input,
             std::vector<AskedColumn> asked) try
      : input_(input), columns_(read_text_columns(call, file, std::move(asked), "the table")) {
  } catch (Error const& error) {
    if (error.code() != Code::invalid) throw;
    throw invalid(fmt::format("{}: {}", input, error.what()), error.details());
  }

  [[nodiscard]] std::size_t rows() const { return columns_.rows(); }
  [[nodiscard]] std::size_t line(std::size_t row) const { return columns_.lines[row]; }
  [[nodiscard]] std::string const& at(std::size_t row, std::size_t column) const {
    return columns_.values[column][row];
  }
  [[nodiscard]] std::string const& column(std::size_t column) const { return columns_.asked[column].name; }
  [[nodiscard]] std::string const& name(std::size_t row, std::size_t column) const {
    auto const& name = at(row, column);
    if (name.empty()) refuse(row, column, "is missing");
    if (name.size() > embed::longest_name)
      refuse(row, column, fmt::format("has {} bytes, expected at most {}", name.size(), embed::longest_name));
    return name;
  }
  /// Runs what looks at one field; what is wrong there is said with its place.
  template <typename Look>
  void say_where(std::size_t row, std::size_t column, Look const& look) const try {
    look();
  } catch (Error const& error) {
    if (error.code() != Code::invalid) throw;
    refuse(row, column, error.what());
  }
  [[noreturn]] void refuse(std::size_t row, std::size_t column, std::string const& problem) const {
    throw invalid(fmt::format("{}, {}: {}", input_, columns_.place(row, column), problem));
  }

 private:
  std::string input_;
  TextColumns columns_;
};

recommend::ItemColumn column_of(InputTable const& table, std::size_t column, recommend::ItemColumnKind kind) {
  recommend::ItemColumn out{table.column(column), kind, {}};
  if (kind != recommend::ItemColumnKind::number) return out;
  std::vector<double> numbers;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (auto const& field = table.at(row, column); !field.empty())
      table.say_where(row, column, [&] { numbers.push_back(recommend::read_number(field)); });
  out.ranges = recommend::ranges_of(std::move(numbers), number_ranges);
  return out;
}

}  // namespace

ItemTable read_items(Call const& call, std::filesystem::path const& file, ItemSource const& source,
                     std::string const& pointer) {
  std::vector<AskedColumn> asked{{pointer + "/item", source.item}};
  auto const ask = [&](char const* kind, std::vector<std::string> const& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      asked.push_back({json::pointer_to(fmt::format("{}/{}", pointer, kind), i), columns[i]});
  };
  ask("text", source.text);
  ask("category", source.category);
  ask("number", source.number);
  InputTable const table(call, file, source.input, std::move(asked));
  ItemTable out;
  auto const add_columns = [&](std::size_t count, recommend::ItemColumnKind kind) {
    for (std::size_t i = 0; i < count; ++i) out.columns.push_back(column_of(table, 1 + out.columns.size(), kind));
  };
  add_columns(source.text.size(), recommend::ItemColumnKind::text);
  add_columns(source.category.size(), recommend::ItemColumnKind::category);
  add_columns(source.number.size(), recommend::ItemColumnKind::number);

  std::unordered_map<std::string_view, std::size_t> lines;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (row % rows_between_looks == 0) call.proceed();
    auto const& name = table.name(row, 0);
    auto const [known, fresh] = lines.emplace(name, table.line(row));
    if (!fresh) table.refuse(row, 0, fmt::format("'{}' stands in line {} already", name, known->second));
    auto& item = out.items.emplace_back(DescribedItem{name, {}});
    for (std::size_t i = 0; i < out.columns.size(); ++i)
      table.say_where(row, 1 + i, [&] {
        for (auto& feature : out.columns[i].features(table.at(row, 1 + i))) item.features.push_back(std::move(feature));
      });
  }
  return out;
}

ItemFacts read_facts(Call const& call, std::filesystem::path const& file, FactSource const& source,
                     std::string const& pointer, embed::Names const& items) {
  InputTable const table(call, file, source.input,
                         {{pointer + "/subject", source.subject},
                          {pointer + "/relation", source.relation},
                          {pointer + "/object", source.object}});
  embed::Names nodes = items, relations;
  std::vector<char> named(items.size());
  ItemFacts facts;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (row % rows_between_looks == 0) call.proceed();
    embed::Triple const fact{nodes.add(table.name(row, 0)), relations.add(table.name(row, 1)),
                             nodes.add(table.name(row, 2))};
    if (relations.size() > recommend::FactGraph::most_relations)
      table.refuse(row, 1,
                   fmt::format("is one relation more than the {} there may be", recommend::FactGraph::most_relations));
    for (auto const node : {fact.head, fact.tail})
      if (node < named.size()) named[node] = 1;
    facts.list.push_back(fact);
  }
  facts.items = static_cast<std::uint32_t>(std::count(named.begin(), named.end(), 1));
  if (facts.items == 0)
    table.refuse(0, 0,
                 fmt::format("neither '{}' here nor any other subject or object is the name of an item, such as '{}'",
                             table.at(0, 0), items[0]));
  facts.entities.assign(nodes.all().begin() + static_cast<std::ptrdiff_t>(items.size()), nodes.all().end());
  facts.relations = relations.all();
  return facts;
}

}  // namespace lepton::learn
