#include "recommendation_data.h"

#include <fstream>
#include <map>
#include <sstream>

#include "embed/triples.h"
#include "text/hash.h"

namespace lepton::bench {
namespace {

using recommend::Interaction;

/// Features that one item alone has tell nothing of others.
std::uint32_t keep_shared(std::vector<Interaction>& facts) {
  std::map<std::uint32_t, std::uint32_t> count, number;
  for (auto const& fact : facts) ++count[fact.item];
  std::erase_if(facts, [&](Interaction const& fact) { return count[fact.item] < 2; });
  for (auto& fact : facts)
    fact.item = number.try_emplace(fact.item, static_cast<std::uint32_t>(number.size())).first->second;
  return static_cast<std::uint32_t>(number.size());
}

}  // namespace

std::vector<Interaction> read_ratings(std::filesystem::path const& path) {
  std::ifstream file(path);
  if (std::isdigit(file.peek()) == 0) file.ignore(1 << 10, '\n');  // the names of the columns
  std::vector<Interaction> list;
  std::uint32_t user = 0, item = 0;
  float value = 0;
  for (std::int64_t time = 0; file >> user >> item >> value >> time;) list.push_back({user - 1, item - 1, value});
  return list;
}

std::vector<Interaction> read_histories(std::filesystem::path const& path) {
  std::ifstream file(path);
  std::vector<Interaction> list;
  for (std::string line; std::getline(file, line);) {
    std::istringstream numbers(line);
    std::uint32_t user = 0, item = 0;
    for (numbers >> user; numbers >> item;) list.push_back({user, item, 1});
  }
  return list;
}

Listening read_listening(std::filesystem::path const& folder) {
  Listening data;
  std::map<std::string, std::uint32_t> items;
  std::ifstream index(folder / "item_index2entity_id.txt");
  std::string name, entity;
  while (index >> name >> entity) items.emplace(name, static_cast<std::uint32_t>(std::stoul(entity)));
  data.items = static_cast<std::uint32_t>(items.size());
  embed::Names users, features;
  std::ifstream listened(folder / "user_artists.dat");
  std::string user, weight;
  std::getline(listened, user);  // the names of the columns
  while (listened >> user >> name >> weight)
    if (auto const item = items.find(name); item != items.end())
      data.taken.push_back({users.add(user), item->second, 1});
  data.users = static_cast<std::uint32_t>(users.size());
  std::ifstream graph(folder / "kg.txt");
  std::uint32_t head = 0, tail = 0;
  embed::Names relations;
  for (std::string relation; graph >> head >> relation >> tail;) {
    data.graph.push_back({head, relations.add(relation), tail});
    data.nodes = std::max({data.nodes, head + 1, tail + 1, data.items});
    if (head < data.items) data.facts.push_back({head, features.add(relation + " " + std::to_string(tail)), 1});
    if (tail < data.items) data.facts.push_back({tail, features.add(std::to_string(head) + " " + relation), 1});
  }
  data.features = keep_shared(data.facts);
  data.relations = static_cast<std::uint32_t>(relations.size());
  return data;
}

MovieFeatures read_movies(std::filesystem::path const& path) {
  MovieFeatures movies;
  embed::Names features;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || std::isdigit(static_cast<unsigned char>(line[0])) == 0) continue;  // the names of the columns
    auto const item = static_cast<std::uint32_t>(std::stoul(line)) - 1;
    std::vector<std::string> fields(1);
    for (char const c : line) c == '|' ? static_cast<void>(fields.emplace_back()) : fields.back().push_back(c);
    for (std::size_t genre = 5; genre < fields.size(); ++genre)
      if (fields[genre].starts_with('1'))
        movies.facts.push_back({item, features.add("genre " + std::to_string(genre)), 1});
    if (fields.size() > 2 && fields[2].size() > 4)
      movies.facts.push_back({item, features.add("year " + fields[2].substr(fields[2].size() - 4)), 1});
    std::string word;
    for (char const c : (fields.size() > 1 ? fields[1] : std::string()) + " ") {
      if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        continue;
      }
      if (word.size() > 2) movies.facts.push_back({item, features.add("word " + word), 1});
      word.clear();
    }
  }
  movies.features = keep_shared(movies.facts);
  return movies;
}

Parts part(std::vector<Interaction> const& list, std::uint64_t parts, std::uint64_t seed) {
  Parts out;
  for (std::size_t i = 0; i < list.size(); ++i)
    (text::combine(seed, i) % parts == 0 ? out.held_out : out.rest).push_back(list[i]);
  return out;
}

}  // namespace lepton::bench
