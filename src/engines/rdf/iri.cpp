#include "rdf/iri.h"

#include <algorithm>

#include "rdf/characters.h"

namespace lepton::rdf {

namespace {

/// Length of "scheme" in "scheme:…", 0 without one.
std::size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_ascii_letter(static_cast<unsigned char>(text[0]))) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    auto const c = static_cast<unsigned char>(text[i]);
    if (c == ':') return i;
    if (!is_ascii_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

/// RFC 3986 §5.2.3.
std::string merge_paths(IriParts const& base, std::string_view path) {
  if (base.has_authority && base.path.empty()) return "/" + std::string(path);
  std::size_t const slash = base.path.rfind('/');
  std::string result(slash == std::string_view::npos ? std::string_view() : base.path.substr(0, slash + 1));
  return result.append(path);
}

/// RFC 3986 §5.3.
std::string compose(IriParts const& parts, std::string_view path) {
  std::string result;
  result.append(parts.scheme).push_back(':');
  if (parts.has_authority) result.append("//").append(parts.authority);
  result.append(path);
  if (parts.has_query) result.append("?").append(parts.query);
  if (parts.has_fragment) result.append("#").append(parts.fragment);
  return result;
}

}  // namespace

IriParts split_iri(std::string_view rest) {
  IriParts parts;
  if (std::size_t const length = scheme_length(rest); length > 0) {
    parts.has_scheme = true;
    parts.scheme = rest.substr(0, length);
    rest.remove_prefix(length + 1);
  }
  if (std::size_t const hash = rest.find('#'); hash != std::string_view::npos) {
    parts.has_fragment = true;
    parts.fragment = rest.substr(hash + 1);
    rest = rest.substr(0, hash);
  }
  if (std::size_t const mark = rest.find('?'); mark != std::string_view::npos) {
    parts.has_query = true;
    parts.query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  if (rest.starts_with("//")) {
    parts.has_authority = true;
    std::size_t const end = std::min(rest.find('/', 2), rest.size());
    parts.authority = rest.substr(2, end - 2);
    rest.remove_prefix(end);
  }
  parts.path = rest;
  return parts;
}

bool is_absolute_iri(std::string_view reference) {
  return scheme_length(reference) > 0;
}

bool has_iri_characters(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_iri_byte(static_cast<unsigned char>(c)); });
}

std::string remove_dot_segments(std::string_view in) {
  std::string out;
  while (!in.empty()) {
    if (in.starts_with("../")) {
      in.remove_prefix(3);
    } else if (in.starts_with("./") || in.starts_with("/./")) {
      in.remove_prefix(2);
    } else if (in == "/.") {
      in = "/";
    } else if (in.starts_with("/../") || in == "/..") {
      in = in.size() == 3 ? std::string_view("/") : in.substr(3);
      out.erase(std::min(out.rfind('/'), out.size()));
    } else if (in == "." || in == "..") {
      in = {};
    } else {
      std::size_t const end = std::min(in.find('/', 1), in.size());
      out.append(in.substr(0, end));
      in.remove_prefix(end);
    }
  }
  return out;
}

BaseIri::BaseIri(std::string_view iri) : text_(iri.substr(0, iri.find('#'))) {}

bool BaseIri::resolve(std::string& reference) const {
  if (is_absolute_iri(reference)) return true;
  if (!known()) return false;
  IriParts const base = split_iri(text_);
  IriParts const given = split_iri(reference);
  IriParts target = given;
  target.scheme = base.scheme;
  std::string path;
  if (given.has_authority) {
    path = remove_dot_segments(given.path);
  } else {
    target.authority = base.authority;
    target.has_authority = base.has_authority;
    if (given.path.empty()) {
      path = base.path;
      if (!given.has_query) {
        target.query = base.query;
        target.has_query = base.has_query;
      }
    } else {
      path = remove_dot_segments(given.path.starts_with('/') ? std::string(given.path) : merge_paths(base, given.path));
    }
  }
  reference = compose(target, path);
  return true;
}

}  // namespace lepton::rdf
