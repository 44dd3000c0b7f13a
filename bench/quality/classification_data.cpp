#include "classification_data.h"

#include <fmt/format.h>

#include <functional>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "learn/csv.h"
#include "reuters_stories.h"
#include "text/lines.h"

namespace lepton::bench {
namespace {

using Fields = std::vector<std::string_view>;
enum class Header { absent, present };

LabelledRows read_records(std::filesystem::path const& csv, Header header,
                          std::function<LabelledText(Fields const&)> const& row_of) {
  auto const text = read_file(csv);
  learn::CsvReader reader(text);
  Fields fields;
  if (header == Header::present) (void)reader.next(fields);
  LabelledRows rows;
  while (reader.next(fields))
    if (auto row = row_of(fields); !row.text.empty()) rows.push_back(std::move(row));
  return rows;
}

LabelledRows read_lines(std::filesystem::path const& file, char between) {
  LabelledRows rows;
  text::for_each_line(read_file(file), [&](std::string_view line, std::size_t) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto const cut = line.rfind(between);
    if (cut == std::string_view::npos) return;
    rows.push_back({std::string(line.substr(0, cut)), {std::string(line.substr(cut + 1))}});
  });
  return rows;
}

/// Without tags and with the five entities of SGML; control characters become spaces.
std::string plain_text(std::string_view marked) {
  std::string out;
  for (std::size_t at = 0; at < marked.size(); ++at) {
    if (marked[at] == '<') {
      at = std::min(marked.find('>', at), marked.size() - 1);
      out += ' ';
    } else if (marked[at] == '&' && marked.find(';', at) < at + 6) {
      auto const name = marked.substr(at + 1, marked.find(';', at) - at - 1);
      out += name == "lt" ? '<' : name == "gt" ? '>' : name == "amp" ? '&' : ' ';
      at += name.size() + 1;
    } else {
      out += marked[at];
    }
  }
  return out;
}

std::vector<std::string> topics_of(std::string_view story) {
  std::vector<std::string> topics;
  auto const list = between(story, "<TOPICS>", "</TOPICS>");
  for (auto at = list.find("<D>"); at != std::string_view::npos; at = list.find("<D>", at + 1))
    topics.emplace_back(between(list.substr(at), "<D>", "</D>"));
  return topics;
}

std::set<std::string> topics_of(LabelledRows const& rows) {
  std::set<std::string> topics;
  for (auto const& row : rows) topics.insert(row.labels.begin(), row.labels.end());
  return topics;
}

}  // namespace

LabelledRows read_banking(std::filesystem::path const& csv) {
  return read_records(csv, Header::present, [](Fields const& f) {
    return LabelledText{std::string(f.at(0)), {std::string(f.at(1))}};
  });
}

LabelledRows read_clinc(std::filesystem::path const& json, std::string const& part) {
  LabelledRows rows;
  auto const parsed = json::parse(read_file(json));
  for (auto const& pair : parsed.get_object().at(part).get_array()) {
    auto const& both = pair.get_array();
    rows.push_back({std::string(both.at(0).get_string()), {std::string(both.at(1).get_string())}});
  }
  return rows;
}

LabelledRows read_phrasebank(std::filesystem::path const& file) {
  return read_lines(file, '@');
}

LabelledRows read_financial_news(std::filesystem::path const& csv) {
  return read_records(csv, Header::present, [](Fields const& f) {
    return LabelledText{fmt::format("{}\n{}", f.at(5), f.at(6)), {std::string(f.at(4))}};
  });
}

LabelledRows read_hotel_reviews(std::filesystem::path const& csv) {
  return read_records(csv, Header::present, [](Fields const& f) {
    return LabelledText{std::string(f.at(1)), {std::string(f.at(0))}};
  });
}

LabelledRows read_agnews_subset(std::filesystem::path const& csv) {
  return read_records(csv, Header::absent, [](Fields const& f) {
    return LabelledText{std::string(f.at(0)), {std::string(f.at(1))}};
  });
}

LabelledRows read_agnews_test(std::filesystem::path const& csv) {
  return read_records(csv, Header::absent, [](Fields const& f) {
    return LabelledText{fmt::format("{} {}", f.at(1), f.at(2)), {std::string(1, static_cast<char>(f.at(0).at(0) - 1))}};
  });
}

LabelledRows read_headlines(std::filesystem::path const& file) {
  return read_lines(file, '\t');
}

Reuters read_reuters(std::filesystem::path const& folder) {
  Reuters out;
  for_each_reuters_story(folder, [&](std::string_view story) {
    auto const head = story.substr(0, story.find('>'));
    if (head.find("TOPICS=\"YES\"") == std::string_view::npos) return;
    bool const train = head.find("LEWISSPLIT=\"TRAIN\"") != std::string_view::npos;
    if (!train && head.find("LEWISSPLIT=\"TEST\"") == std::string_view::npos) return;
    auto body = between(story, "<TEXT", "</TEXT>");
    body.remove_prefix(body.find('>') + 1);
    (train ? out.train : out.test).push_back({plain_text(body), topics_of(story)});
  });
  auto const tested = topics_of(out.test);
  for (auto const& topic : topics_of(out.train))
    if (tested.contains(topic)) out.classes.push_back(topic);
  return out;
}

}  // namespace lepton::bench
