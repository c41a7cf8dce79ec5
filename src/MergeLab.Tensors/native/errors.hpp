// No C++ exception may cross into managed code: each entry point runs inside `guarded`.
#pragma once
#include <c10/util/Exception.h>
#include <exception>
#include <string>

#include "abi.hpp"

inline std::string& last_error() {
  thread_local std::string text;
  return text;
}

template <class Result, class Body>
Result guarded(Result failure, Body body) noexcept {
  try {
    return body();
  } catch (const c10::Error& e) {
    last_error() = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error() = e.what();
  } catch (...) {
    last_error() = "an exception of an unknown type";
  }
  return failure;
}

TS_API const char* ts_last_error() { return last_error().c_str(); }
