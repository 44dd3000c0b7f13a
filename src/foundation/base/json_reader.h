#pragma once

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Part of json::parse.
namespace lepton::json {

/// Takes what Boost's parser finds and builds the value, but reads numbers with a fraction or an exponent itself:
/// Boost.JSON 1.81 rounds some to a neighbour of the nearest double.
class ValueHandler {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using Failure = boost::json::error_code;
  using Text = boost::json::string_view;

  [[nodiscard]] boost::json::value release() { return stack_.release(); }

  bool on_document_begin(Failure&) {
    stack_.reset();
    return true;
  }
  bool on_document_end(Failure&) { return true; }
  bool on_object_begin(Failure&) { return true; }
  bool on_object_end(std::size_t members, Failure&) {
    stack_.push_object(members);
    return true;
  }
  bool on_array_begin(Failure&) { return true; }
  bool on_array_end(std::size_t elements, Failure&) {
    stack_.push_array(elements);
    return true;
  }
  bool on_key_part(Text part, std::size_t, Failure&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(Text rest, std::size_t, Failure&) {
    stack_.push_key(rest);
    return true;
  }
  bool on_string_part(Text part, std::size_t, Failure&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(Text rest, std::size_t, Failure&) {
    stack_.push_string(rest);
    return true;
  }
  bool on_number_part(Text part, Failure&) {
    number_.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t number, Text, Failure&) {
    number_.clear();
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, Text, Failure&) {
    number_.clear();
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double rounded, Text rest, Failure&) {
    number_.append(rest.data(), rest.size());
    double number = 0;
    auto const [end, error] = std::from_chars(number_.data(), number_.data() + number_.size(), number);
    // What no double holds stays what Boost makes of it: infinity or zero.
    stack_.push_double(error == std::errc() ? number : rounded);
    number_.clear();
    return true;
  }
  bool on_bool(bool value, Failure&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(Failure&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(Text, Failure&) { return true; }
  bool on_comment(Text, Failure&) { return true; }

 private:
  boost::json::value_stack stack_;
  std::string number_;
};

}  // namespace lepton::json
