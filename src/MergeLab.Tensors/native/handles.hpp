// A handle is a TensorImpl* that owns one reference: no wrapper object, and metadata are plain reads.
#pragma once
#include <ATen/core/Tensor.h>
#include <atomic>

using Impl = c10::TensorImpl;
using ImplPtr = c10::intrusive_ptr<Impl, c10::UndefinedTensorImpl>;

inline std::atomic<int64_t>& live_handles() {
  static std::atomic<int64_t> count{0};
  return count;
}

inline at::Tensor borrow(const void* handle) {
  return handle ? at::Tensor(ImplPtr::reclaim_copy(static_cast<Impl*>(const_cast<void*>(handle)))) : at::Tensor();
}

// Null for an undefined tensor.
inline void* give(at::Tensor&& tensor) {
  if (!tensor.defined()) return nullptr;
  live_handles().fetch_add(1, std::memory_order_relaxed);
  return tensor.unsafeReleaseTensorImpl();
}

TS_API int64_t ts_live_handles() { return live_handles().load(std::memory_order_relaxed); }

TS_API void ts_free(void* const* handles, int32_t count) {
  for (int32_t i = 0; i < count; i++) ImplPtr::reclaim(static_cast<Impl*>(handles[i]));
  live_handles().fetch_sub(count, std::memory_order_relaxed);
}
