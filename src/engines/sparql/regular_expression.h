#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "sparql/value.h"

namespace re2 {
class RE2;
}

namespace lepton::sparql {

/// REGEX and REPLACE (§17.4.3.14 and 15) on RE2, which takes time linear in the text and bounded memory whatever the
/// pattern. Patterns that need more than that (back references) are errors. Keeps what it compiled; one thread.
class RegularExpressions {
 public:
  RegularExpressions();
  ~RegularExpressions();
  RegularExpressions(RegularExpressions const&) = delete;
  RegularExpressions& operator=(RegularExpressions const&) = delete;

  [[nodiscard]] Value matches(Value const& text, Value const& pattern, Value const* flags);
  [[nodiscard]] Value replace(Value const& text, Value const& pattern, Value const& replacement, Value const* flags);

 private:
  /// nullptr for a pattern or flags that are wrong.
  [[nodiscard]] re2::RE2 const* find(Value const& pattern, Value const* flags);

  std::map<std::pair<std::string, std::string>, std::unique_ptr<re2::RE2>> compiled_;
};

}  // namespace lepton::sparql
