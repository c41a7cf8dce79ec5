// backward, grad, gradient mode and inference mode. Modes belong to the calling thread.
#pragma once
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "errors.hpp"
#include "handles.hpp"

inline torch::autograd::variable_list borrow_all(void* const* handles, int32_t count) {
  torch::autograd::variable_list list;
  list.reserve(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; i++) list.push_back(borrow(handles[i]));
  return list;
}

TS_API int32_t ts_backward(void* const* outputs, void* const* seeds, int32_t count, int32_t retain_graph, int32_t create_graph) {
  return guarded(-1, [&] {
    auto of = borrow_all(outputs, count);
    auto with = seeds ? borrow_all(seeds, count) : torch::autograd::variable_list{};
    torch::autograd::backward(of, with, retain_graph != 0, create_graph != 0);
    return 0;
  });
}

// Writes one handle per input; null for an input that does not take part (allow_unused).
TS_API int32_t ts_grad(void* const* outputs, void* const* seeds, int32_t output_count, void* const* inputs, int32_t input_count,
                       int32_t retain_graph, int32_t create_graph, int32_t allow_unused, void** results) {
  return guarded(-1, [&] {
    auto of = borrow_all(outputs, output_count);
    auto by = borrow_all(inputs, input_count);
    auto with = seeds ? borrow_all(seeds, output_count) : torch::autograd::variable_list{};
    auto gradients = torch::autograd::grad(of, by, with, retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < gradients.size(); i++) results[i] = give(std::move(gradients[i]));
    return 0;
  });
}

// *result stays null where there is no gradient yet.
TS_API int32_t ts_get_grad(void* h, void** result) {
  return guarded(-1, [&] {
    *result = give(at::Tensor(borrow(h).grad()));
    return 0;
  });
}

TS_API int32_t ts_set_grad(void* h, void* gradient) {
  return guarded(-1, [&] {
    borrow(h).mutable_grad() = borrow(gradient);
    return 0;
  });
}

TS_API int32_t ts_grad_mode() { return c10::GradMode::is_enabled() ? 1 : 0; }
TS_API void ts_set_grad_mode(int32_t on) { c10::GradMode::set_enabled(on != 0); }

TS_API int32_t ts_is_inference_mode() { return c10::InferenceMode::is_enabled() ? 1 : 0; }
TS_API void* ts_enter_inference_mode(int32_t on) {
  return guarded(static_cast<void*>(nullptr), [&]() -> void* { return new c10::InferenceMode(on != 0); });
}
TS_API void ts_leave_inference_mode(void* mode) { delete static_cast<c10::InferenceMode*>(mode); }
