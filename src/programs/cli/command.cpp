#include "cli/command.h"

#include "base/check.h"

namespace lepton::cli {

std::string Argument::key() const {
  auto const dashes = name.rfind("--");
  return dashes == std::string::npos ? name : name.substr(dashes + 2);
}

Argument positional(std::string name, std::string doc, std::string completes) {
  return {.name = std::move(name), .doc = std::move(doc), .required = true, .completes = std::move(completes)};
}

Argument optional_positional(std::string name, std::string doc, std::string completes) {
  return {.name = std::move(name), .doc = std::move(doc), .completes = std::move(completes)};
}

Argument option(std::string name, std::string placeholder, std::string doc) {
  return {.name = std::move(name), .placeholder = std::move(placeholder), .doc = std::move(doc)};
}

Argument required_option(std::string name, std::string placeholder, std::string doc) {
  return {.name = std::move(name), .placeholder = std::move(placeholder), .doc = std::move(doc), .required = true};
}

Argument repeated(Argument argument) {
  argument.repeated = true;
  return argument;
}

Argument flag(std::string name, std::string doc) {
  return {.name = std::move(name), .doc = std::move(doc)};
}

std::string const& Invocation::get(std::string const& name) const {
  auto const found = values_.find(name);
  check(found != values_.end() && !found->second.empty(), "a required argument has a value");
  return found->second.front();
}

std::optional<std::string> Invocation::find(std::string const& name) const {
  auto const found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

std::string Invocation::get_or(std::string const& name, std::string const& otherwise) const {
  return find(name).value_or(otherwise);
}

std::vector<std::string> Invocation::all(std::string const& name) const {
  auto const found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace lepton::cli
