// The C ABI between the managed binding and libtorch. Everything here is mirrored in Native/*.cs.
#pragma once
#include <cstdint>

#define TS_API extern "C" __attribute__((visibility("default")))

enum Tag : int32_t {
  tag_none = 0,
  tag_default = 1,
  tag_tensor = 2,
  tag_int = 3,
  tag_double = 4,
  tag_bool = 5,
  tag_ints = 6,
  tag_doubles = 7,
  tag_bools = 8,
  tag_tensors = 9,
  tag_string = 10,
  tag_device = 11,
};

// One argument or result. Lists point to memory of the caller that need only live for the call.
// A result list is a Value with tag_tensors whose len results follow it.
struct Value {
  int32_t tag;
  int32_t len;
  union {
    int64_t i;
    double d;
    const void* p;
  };
};
static_assert(sizeof(Value) == 16, "mirrored as a 16-byte struct");

// A device in one word: type * 256 + (index + 1), so that "no index" is 0.
inline int64_t pack_device(int type, int index) { return static_cast<int64_t>(type) * 256 + index + 1; }
