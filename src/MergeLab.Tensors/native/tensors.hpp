// Metadata, memory and requires_grad of one tensor.
#pragma once
#include <ATen/ops/from_blob.h>

#include "errors.hpp"
#include "handles.hpp"

// Called without a GC transition, so: short, no locks, no exceptions. -1 or null where a layout has no such thing.
TS_API int32_t ts_dim(void* h) {
  return guarded(-1, [&] { return static_cast<int32_t>(static_cast<Impl*>(h)->dim()); });
}
TS_API int64_t ts_numel(void* h) {
  return guarded(int64_t{-1}, [&] { return static_cast<Impl*>(h)->numel(); });
}
TS_API const int64_t* ts_sizes(void* h) {
  return guarded(static_cast<const int64_t*>(nullptr), [&] { return static_cast<Impl*>(h)->sizes().data(); });
}
TS_API const int64_t* ts_strides(void* h) {
  return guarded(static_cast<const int64_t*>(nullptr), [&] { return static_cast<Impl*>(h)->strides().data(); });
}
TS_API int32_t ts_dtype(void* h) {
  return guarded(-1, [&] { return static_cast<int32_t>(c10::typeMetaToScalarType(static_cast<Impl*>(h)->dtype())); });
}
TS_API int64_t ts_item_size(void* h) {
  return guarded(int64_t{-1}, [&] { return static_cast<int64_t>(static_cast<Impl*>(h)->itemsize()); });
}
TS_API int64_t ts_device(void* h) {
  return guarded(int64_t{-1}, [&] {
    auto device = static_cast<Impl*>(h)->device();
    return pack_device(static_cast<int>(device.type()), device.index());
  });
}
TS_API int32_t ts_is_contiguous(void* h) {
  return guarded(-1, [&] { return static_cast<Impl*>(h)->is_contiguous() ? 1 : 0; });
}
TS_API int32_t ts_requires_grad(void* h) {
  return guarded(-1, [&] { return borrow(h).requires_grad() ? 1 : 0; });
}
TS_API int32_t ts_is_leaf(void* h) {
  return guarded(-1, [&] { return borrow(h).is_leaf() ? 1 : 0; });
}

TS_API void* ts_data(void* h) {
  return guarded(static_cast<void*>(nullptr), [&] {
    last_error().clear();
    return borrow(h).data_ptr();
  });
}

TS_API int32_t ts_set_requires_grad(void* h, int32_t on) {
  return guarded(-1, [&] {
    borrow(h).set_requires_grad(on != 0);
    return 0;
  });
}

// A dense row-major CPU tensor over memory of the caller; `release(context)` runs when the last view of it is gone.
TS_API void* ts_from_blob(void* data, const int64_t* sizes, int32_t dim, int32_t dtype, void* context, void (*release)(void*)) {
  return guarded(static_cast<void*>(nullptr), [&] {
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
    auto maker = at::for_blob(data, at::IntArrayRef(sizes, static_cast<size_t>(dim)));
    if (release) maker.context(context, release);
    return give(maker.options(options).make_tensor());
  });
}
