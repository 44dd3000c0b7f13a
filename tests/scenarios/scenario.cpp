#include "scenario.h"

#include <fmt/format.h>

#include <sstream>

#include "base/error.h"
#include "base/file.h"
#include "http/client.h"

namespace lepton::scenarios {
namespace {

std::vector<std::string> words_of(std::string const& line, std::size_t most) {
  std::istringstream in(line);
  std::vector<std::string> words;
  std::string word;
  while (words.size() + 1 < most && in >> word) words.push_back(word);
  std::getline(in >> std::ws, word);
  if (!word.empty()) words.push_back(word);
  return words;
}

bool is_request(std::string const& line) {
  for (auto const* method : {" GET ", " POST ", " PUT ", " PATCH ", " DELETE ", " WAIT "})
    if (line.find(method) != std::string::npos && line.find(method) == line.find(' ')) return true;
  return false;
}

bool is_number(std::string const& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

Step begin_step(std::string const& line, int number) {
  auto const words = words_of(line, 3);
  Step step{.line = number, .actor = words[0], .method = words[1], .target = words.size() > 2 ? words[2] : ""};
  step.wait = step.method == "WAIT";
  if (step.wait) step.method = "GET";
  return step;
}

}  // namespace

std::vector<Step> read_scenario(std::filesystem::path const& file) {
  std::istringstream in(read_file(file));
  std::vector<Step> steps;
  enum class Part { between, request, answer } part = Part::between;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    auto const refuse = [&](std::string const& what) {
      return invalid(fmt::format("{}:{}: {}", file.filename().string(), number, what));
    };
    if (part != Part::request && is_request(line)) {
      steps.push_back(begin_step(line, number));
      part = Part::request;
    } else if (part == Part::between || (part == Part::answer && line.empty())) {
      if (!line.empty() && line[0] != '#') throw refuse("expected 'actor METHOD /path' or a # comment, found: " + line);
      part = Part::between;
    } else if (part == Part::request && line.rfind("---- ", 0) == 0) {
      if (!is_number(line.substr(5))) throw refuse("expected '---- STATUS'");
      steps.back().status = std::stoi(line.substr(5));
      part = Part::answer;
    } else if (part == Part::request && line.rfind("> ", 0) == 0) {
      auto const colon = line.find(": ");
      if (colon == std::string::npos) throw refuse("expected '> Header: value'");
      steps.back().headers[line.substr(2, colon - 2)] = line.substr(colon + 2);
    } else {
      (part == Part::request ? steps.back().body : steps.back().expected) += line + "\n";
    }
  }
  if (part == Part::request)
    throw invalid(fmt::format("{}: the last request has no '---- STATUS'", file.filename().string()));
  return steps;
}

std::string Player::filled(std::string text) const {
  for (auto const& [name, value] : variables_) {
    auto const mark = "${" + name + "}";
    auto const shown = value.is_string() ? std::string(value.get_string()) : json::write(value);
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + shown.size()))
      text.replace(at, mark.size(), shown);
  }
  return text;
}

// Every field that is expected must be there; others may be too. "*" is anything, "…text…" contains,
// "-" must not be there.
std::string Player::differs(json::Value const& expected, json::Value const& found, std::string const& at) {
  if (expected.is_object()) {
    if (!found.is_object()) return fmt::format("{} should be an object, found {}", at, json::write(found));
    for (auto const& member : expected.get_object()) {
      auto const* inner = found.get_object().if_contains(member.key());
      auto const path = json::pointer_to(at, member.key());
      if (member.value() == "-") {
        if (inner != nullptr) return fmt::format("{} should not be there, found {}", path, json::write(*inner));
        continue;
      }
      if (inner == nullptr) return fmt::format("{} is missing in {}", path, json::write(found).substr(0, 500));
      if (auto text = differs(member.value(), *inner, path); !text.empty()) return text;
    }
    return "";
  }
  if (expected.is_array()) {
    if (!found.is_array() || found.get_array().size() != expected.get_array().size())
      return fmt::format("{} should have {} elements, found {}", at, expected.get_array().size(),
                         json::write(found).substr(0, 1000));
    for (std::size_t i = 0; i < expected.get_array().size(); ++i)
      if (auto text = differs(expected.get_array()[i], found.get_array()[i], json::pointer_to(at, i)); !text.empty())
        return text;
    return "";
  }
  if (expected.is_string()) {
    std::string const text(expected.get_string());
    if (text == "*") return "";
    if (text.size() > 1 && text[0] == '$') {
      auto const [known, is_new] = variables_.emplace(text.substr(1), found);
      if (is_new || known->second == found) return "";
      return fmt::format("{} should be {}, found {}", at, json::write(known->second), json::write(found));
    }
    if (text.size() > 6 && text.rfind("…", 0) == 0) {
      auto const part = text.substr(3, text.size() - 6);
      auto const shown = found.is_string() ? std::string(found.get_string()) : json::write(found);
      return shown.find(part) != std::string::npos ? ""
                                                   : fmt::format("{} should contain \"{}\", found {}", at, part, shown);
    }
  }
  if (expected.is_number() && found.is_number() && expected.to_number<double>() == found.to_number<double>()) return "";
  return expected == found ? ""
                           : fmt::format("{} should be {}, found {}", at, json::write(expected), json::write(found));
}

std::string Player::play(Step const& step) {
  http::ClientOptions options{.base_url = url_};
  auto const token = tokens_.find(step.actor);
  if (token != tokens_.end()) options.headers.set("Authorization", "Bearer " + token->second);
  // "key" acts with the token in the variable of that name.
  if (auto const found = variables_.find(step.actor); token == tokens_.end() && found != variables_.end())
    options.headers.set("Authorization", "Bearer " + std::string(found->second.as_string()));
  http::Client client(std::move(options));
  http::ClientRequest request{.method = step.method, .target = filled(step.target), .body = filled(step.body)};
  if (!request.body.empty() && request.body[0] == '{') request.headers.set("Content-Type", "application/json");
  for (auto const& [name, value] : step.headers) request.headers.set(name, filled(value));
  http::ClientResponse response;
  json::Value found;
  for (int tries = 0;; ++tries) {
    response = client.send(request);
    auto const type = response.headers.find("Content-Type").value_or("");
    found = type.find("json") != std::string_view::npos && type.find("ndjson") == std::string_view::npos &&
                    !response.body.empty()
                ? json::parse(response.body)
                : json::Value(response.body);
    if (!step.wait || response.status != 200 || found.at("done").as_bool() || tries == 300) break;
  }
  if (auto const decision = response.headers.find("Lepton-Decision-Id"))
    variables_["decision"] = std::string(*decision);
  if (auto const etag = response.headers.find("ETag")) variables_["etag"] = std::string(*etag);
  auto const where = fmt::format("line {}: {} {} {}", step.line, step.actor, step.method, step.target);
  if (response.status != step.status)
    return fmt::format("{}\nshould answer {}, answered {}: {}", where, step.status, response.status,
                       response.body.substr(0, 2000));
  if (step.expected.empty()) return "";
  json::Value const expected =
      step.expected[0] == '{' || step.expected[0] == '[' ? json::parse(step.expected) : json::Value(step.expected);
  if (expected.is_string()) {
    auto const want = filled(step.expected);
    return response.body == want || response.body + "\n" == want
               ? ""
               : fmt::format("{}\nshould answer\n{}answered\n{}", where, want, response.body);
  }
  auto const text = differs(expected, found, "");
  return text.empty() ? "" : where + "\n" + text;
}

}  // namespace lepton::scenarios
