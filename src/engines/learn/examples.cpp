#include "learn/examples.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/check.h"
#include "base/error.h"
#include "learn/class_numbers.h"
#include "learn/csv.h"

namespace lepton::learn {
namespace {

constexpr std::size_t ignored = SIZE_MAX;
constexpr std::size_t rows_between_checks = 4096;

/// What each column of the file is for.
struct Layout {
  std::vector<std::string> names;
  std::vector<std::size_t> feature;  ///< column of the file → position among the features, or `ignored`
  std::vector<std::string> features;
  std::size_t target = ignored;
  std::size_t key = ignored;
};

/// Positions of the header's columns, with every problem of the request at once.
class LayoutBuilder {
 public:
  LayoutBuilder(std::vector<std::string_view> const& header, Columns const& columns) : columns_(columns) {
    for (auto const name : header) {
      if (!position_.emplace(name, layout_.names.size()).second)
        throw invalid(fmt::format("line 1: the column '{}' stands twice", name));
      layout_.names.emplace_back(name);
    }
  }

  [[nodiscard]] Layout build() {
    layout_.target = position(columns_.target, "/target");
    if (!columns_.key.empty()) layout_.key = position(columns_.key, "/key");
    std::set<std::string> left_out(columns_.ignore.begin(), columns_.ignore.end());
    for (std::size_t i = 0; i < columns_.ignore.size(); ++i)
      (void)position(columns_.ignore[i], json::pointer_to("/ignore", i));
    layout_.feature.assign(layout_.names.size(), ignored);
    if (columns_.features.empty()) {
      for (std::size_t i = 0; i < layout_.names.size(); ++i)
        if (i != layout_.target && i != layout_.key && !left_out.contains(layout_.names[i])) add_feature(i);
    } else {
      add_named_features();
    }
    if (!problems_.empty())
      throw invalid(fmt::format("the training data does not have the columns that were asked for; it has {}",
                                fmt::join(layout_.names, ", ")),
                    std::move(problems_));
    if (layout_.features.empty()) throw invalid("the training data has no columns to learn from besides the target");
    return std::move(layout_);
  }

 private:
  std::size_t position(std::string const& name, std::string const& pointer) {
    auto const found = position_.find(name);
    if (found != position_.end()) return found->second;
    problems_.emplace(pointer, fmt::format("there is no column '{}'", name));
    return ignored;
  }

  void add_feature(std::size_t column) {
    layout_.feature[column] = layout_.features.size();
    layout_.features.push_back(layout_.names[column]);
  }

  void add_named_features() {
    for (std::size_t i = 0; i < columns_.features.size(); ++i) {
      auto const pointer = json::pointer_to("/features", i);
      auto const column = position(columns_.features[i], pointer);
      if (column == ignored) continue;
      if (column == layout_.target) {
        problems_.emplace(pointer, "is the target: a model must not read what it is to predict");
      } else if (layout_.feature[column] != ignored) {
        problems_.emplace(pointer, "stands twice");
      } else {
        add_feature(column);
      }
    }
  }

  Columns const& columns_;
  Layout layout_;
  std::map<std::string, std::size_t, std::less<>> position_;
  Details problems_;
};

/// Most fields are short whole numbers, which need no general reader.
std::optional<float> find_short_integer(std::string_view text) {
  bool const negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::int32_t number = 0;
  for (char const c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return static_cast<float>(negative ? -number : number);
}

/// nullopt: not a number.
std::optional<float> find_number(std::string_view text) {
  if (auto const integer = find_short_integer(text)) return integer;
  if (text.empty() || text == "NULL" || text == "NaN" || text == "nan") return runtime::missing;
  double number = 0;
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc() && end == text.data() + text.size()) return static_cast<float>(number);
  if (text == "true") return 1.0f;
  if (text == "false") return 0.0f;
  return std::nullopt;
}

std::string shortened(std::string_view text) {
  return text.size() <= 40 ? std::string(text) : std::string(text.substr(0, 40)) + "…";
}

float feature_value(std::string_view text, std::size_t line, std::string const& column) {
  auto const number = find_number(text);
  if (!number)
    throw invalid(
        fmt::format("line {}, column '{}': expected a number, found '{}'; encode the column as numbers or "
                    "name it under 'ignore'",
                    line, column, shortened(text)));
  if (std::isinf(*number))
    throw invalid(fmt::format("line {}, column '{}': '{}' is not a finite number", line, column, shortened(text)));
  return *number;
}

float target_value(std::string_view text, std::size_t line, std::string const& column, runtime::Task task) {
  auto const number = find_number(text);
  if (number && std::isnan(*number))
    throw invalid(fmt::format("line {}, column '{}': the target is missing; leave out rows whose outcome is unknown",
                              line, column));
  bool const binary = task == runtime::Task::binary_classification;
  if (!number || std::isinf(*number) || (binary && *number != 0 && *number != 1))
    throw invalid(fmt::format("line {}, column '{}': expected {} as target, found '{}'", line, column,
                              binary ? "0 or 1" : "a number", shortened(text)));
  return *number;
}

std::uint64_t mixed(std::uint64_t x) {  // the finaliser of splitmix64
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace

std::uint64_t hash_key(std::string_view key) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (char const c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return mixed(hash);
}

Examples Examples::select(std::vector<std::size_t> const& rows) const {
  Examples chosen{features, runtime::Matrix(rows.size(), features.size()), {}, {}};
  chosen.target.reserve(rows.size());
  chosen.keys.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto const source = values.row(rows[i]);
    std::copy(source.begin(), source.end(), chosen.values.row(i).begin());
    chosen.target.push_back(target[rows[i]]);
    chosen.keys.push_back(keys[rows[i]]);
    if (!numbers.empty()) chosen.numbers.push_back(numbers[rows[i]]);
  }
  return chosen;
}

Examples Examples::with_features(std::vector<std::string> const& names) const {
  Examples chosen{names, runtime::Matrix(rows(), names.size()), target, keys, numbers};
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto const found = std::find(features.begin(), features.end(), names[i]);
    check(found != features.end(), "a chosen feature is among those there are");
    for (std::size_t row = 0; row < rows(); ++row)
      chosen.values.at(row, i) = values.at(row, static_cast<std::size_t>(found - features.begin()));
  }
  return chosen;
}

Examples read_csv(Call const& call, std::filesystem::path const& file, Columns const& columns, runtime::Task task) {
  MappedFile const mapped(file);
  CsvReader reader(mapped.bytes());
  std::vector<std::string_view> fields;
  if (!reader.next(fields)) throw invalid("the training data is empty: it has not even a header");
  Layout const layout = LayoutBuilder(fields, columns).build();

  Examples examples;
  examples.features = layout.features;
  std::vector<float> values;
  bool const several = task == runtime::Task::multiclass_classification;
  ClassNumbers classes;
  while (reader.next(fields)) {
    if (fields.size() != layout.names.size())
      throw invalid(
          fmt::format("line {}: expected {} fields, found {}", reader.line(), layout.names.size(), fields.size()));
    std::size_t const row = examples.rows();
    values.resize(values.size() + layout.features.size());
    float* const out = values.data() + row * layout.features.size();
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (layout.feature[i] != ignored)
        out[layout.feature[i]] = feature_value(fields[i], reader.line(), layout.names[i]);
    auto const& column = layout.names[layout.target];
    examples.target.push_back(several ? classes.add(fields[layout.target], reader.line(), column)
                                      : target_value(fields[layout.target], reader.line(), column, task));
    examples.keys.push_back(layout.key == ignored ? mixed(row + 1) : hash_key(fields[layout.key]));
    examples.numbers.push_back(row);
    if (row % rows_between_checks == 0) call.proceed();
  }
  if (examples.rows() == 0) throw invalid("the training data has no rows");
  if (several) examples.classes = classes.order(examples.target, layout.names[layout.target]);
  examples.values = runtime::Matrix(layout.features.size(), std::move(values));
  return examples;
}

}  // namespace lepton::learn
