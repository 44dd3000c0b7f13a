#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/error.h"

namespace lepton {

/// What an action throws; a failure of the test when it throws nothing. For tests only.
inline Error error_of(std::function<void()> const& action) {
  try {
    action();
  } catch (Error const& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return internal("no error");
}

/// What an action says is invalid, "not invalid" when it is something else, or "no error". For tests only.
inline std::string message_of(std::function<void()> const& action) {
  try {
    action();
  } catch (Error const& error) {
    return error.code() == Code::invalid ? error.what() : "not invalid";
  }
  return "no error";
}

}  // namespace lepton
