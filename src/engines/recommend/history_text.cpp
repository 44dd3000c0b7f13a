#include "recommend/history_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/json.h"

namespace lepton::recommend {
namespace {

constexpr std::size_t longest_history = 100'000;
constexpr std::size_t most_new_items = 1'000;

std::string_view trimmed(std::string_view text) {
  auto const from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

Error wrong(std::size_t place, std::string_view expected) {
  return invalid(fmt::format("element {} of the history: expected {}", place, expected));
}

std::string name_of(json::Value const& value, std::size_t place) {
  if (value.is_string()) return std::string(std::string_view(value.get_string()));
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  throw wrong(place, "the name of an item, or {\"item\": name, \"value\": how often}");
}

NamedTaken element(json::Value const& value, std::size_t place) {
  auto const* const object = value.if_object();
  if (object == nullptr) return {name_of(value, place), 1};
  auto const* const item = object->if_contains("item");
  if (item == nullptr) throw wrong(place, "an \"item\"");
  NamedTaken taken{name_of(*item, place), 1};
  for (auto const& member : *object) {
    if (member.key() == "item") continue;
    if (member.key() != "value") throw wrong(place, "\"item\" and \"value\" alone");
    if (!member.value().is_number()) throw wrong(place, "a number as \"value\"");
    taken.value = static_cast<float>(member.value().to_number<double>());
    if (!std::isfinite(taken.value) || taken.value < 0 || taken.value > 1e6f)
      throw wrong(place, "a \"value\" from 0 to 1000000");
  }
  return taken;
}

std::vector<NamedTaken> read_array(json::Array const& array) {
  if (array.size() > longest_history)
    throw invalid(fmt::format("the history has {} elements, expected at most {}", array.size(), longest_history));
  std::vector<NamedTaken> history;
  for (auto const& value : array) history.push_back(element(value, history.size()));
  return history;
}

NewItem new_item(json::Value const& value, std::size_t place) {
  auto const wrong_item = [&](std::string_view expected) {
    return invalid(fmt::format("element {} of the items: expected {}", place, expected));
  };
  if (!value.is_object()) throw wrong_item("an object with \"item\" and columns");
  NewItem item;
  for (auto const& member : value.get_object()) {
    std::string field;
    if (member.value().is_string())
      field = std::string_view(member.value().get_string());
    else if (member.value().is_number())
      field = json::write(member.value());
    else if (!member.value().is_null())
      throw wrong_item(fmt::format("a text, a number or null as \"{}\"", std::string_view(member.key())));
    if (member.key() == "item")
      item.name = std::move(field);
    else if (!field.empty())
      item.fields.emplace_back(member.key(), std::move(field));
  }
  if (item.name.empty()) throw wrong_item("an \"item\"");
  return item;
}

}  // namespace

HistoryRequest read_history_request(std::string_view text) {
  auto const whole = trimmed(text);
  if (!whole.starts_with('{')) return {read_history(whole), {}};
  HistoryRequest request;
  auto const value = json::parse(whole);
  for (auto const& member : value.get_object()) {
    if (member.key() == "history" && member.value().is_array()) {
      request.history = read_array(member.value().get_array());
    } else if (member.key() == "history" && member.value().is_string()) {
      request.history = read_history(member.value().get_string());
    } else if (member.key() == "items" && member.value().is_array()) {
      auto const& items = member.value().get_array();
      if (items.size() > most_new_items)
        throw invalid(fmt::format("there are {} new items, expected at most {}", items.size(), most_new_items));
      for (auto const& item : items) request.items.push_back(new_item(item, request.items.size()));
    } else {
      throw invalid("expected \"history\", an array or a text, and \"items\", an array, alone");
    }
  }
  return request;
}

std::vector<NamedTaken> read_history(std::string_view text) {
  std::vector<NamedTaken> history;
  auto rest = trimmed(text);
  if (rest.starts_with('[')) {
    auto const array = json::parse(rest);
    return read_array(array.get_array());
  }
  while (!rest.empty()) {
    auto const comma = std::min(rest.find(','), rest.size());
    if (auto const name = trimmed(rest.substr(0, comma)); !name.empty()) history.push_back({std::string(name), 1});
    if (history.size() > longest_history)
      throw invalid(fmt::format("the history has more than {} items", longest_history));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return history;
}

}  // namespace lepton::recommend
