// Threads, seeds, versions, devices.
#pragma once
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <torch/cuda.h>

#include "errors.hpp"

// Raised with each change of the ABI, so that a stale library is refused instead of called.
TS_API int32_t ts_abi() { return 1; }

TS_API const char* ts_version() { return TORCH_VERSION; }

// at::show_config: compiler, BLAS, CPU capability, as libtorch was built.
TS_API const char* ts_config() {
  return guarded("", [] {
    static const std::string text = at::show_config();
    return text.c_str();
  });
}

// The file that the running libtorch was loaded from.
TS_API const char* ts_library() {
  Dl_info info;
  return dladdr(reinterpret_cast<void*>(&at::show_config), &info) && info.dli_fname ? info.dli_fname : "";
}

TS_API int32_t ts_threads() { return at::get_num_threads(); }
TS_API int32_t ts_set_threads(int32_t count) {
  return guarded(-1, [&] {
    at::set_num_threads(count);
    return 0;
  });
}

TS_API int32_t ts_manual_seed(uint64_t seed) {
  return guarded(-1, [&] {
    at::manual_seed(seed);
    return 0;
  });
}

TS_API int32_t ts_cuda_devices() {
  return guarded(0, [] { return torch::cuda::is_available() ? static_cast<int32_t>(torch::cuda::device_count()) : 0; });
}

TS_API int32_t ts_cuda_synchronize(int64_t index) {
  return guarded(-1, [&] {
    torch::cuda::synchronize(index);
    return 0;
  });
}
