// Any operator by name through the boxed dispatcher, which also runs the Autograd keys.
#pragma once
#include <ATen/core/dispatch/Dispatcher.h>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "values.hpp"

struct Operator {
  c10::OperatorHandle handle;
  std::vector<Parameter> parameters;
  std::string schema;
};

inline std::unique_ptr<Operator> describe(const char* name, const char* overload) {
  auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
  auto op = std::make_unique<Operator>(Operator{handle, {}, {}});
  const auto& schema = handle.schema();
  op->schema = c10::toString(schema);
  for (const auto& argument : schema.arguments()) {
    Parameter parameter;
    auto type = argument.type();
    if (type->kind() == c10::TypeKind::OptionalType) {
      parameter.optional = true;
      type = type->containedTypes()[0];
    }
    parameter.kind = kind_of(*type);
    parameter.name = argument.name();
    parameter.type = argument.type()->str();
    if (argument.default_value().has_value()) {
      parameter.has_default = true;
      parameter.fallback = *argument.default_value();
    }
    op->parameters.push_back(std::move(parameter));
  }
  return op;
}

// The same name gives the same pointer, which lives as long as the process.
TS_API void* ts_find(const char* name, const char* overload) {
  return guarded(static_cast<void*>(nullptr), [&]() -> void* {
    static std::mutex gate;
    static std::unordered_map<std::string, std::unique_ptr<Operator>> known;
    std::lock_guard<std::mutex> hold(gate);
    auto& op = known[std::string(name) + '.' + overload];
    if (!op) op = describe(name, overload);
    return op.get();
  });
}

TS_API const char* ts_schema(void* op) { return static_cast<Operator*>(op)->schema.c_str(); }

TS_API int32_t ts_arg_count(void* op) { return static_cast<int32_t>(static_cast<Operator*>(op)->parameters.size()); }

// -1: this libtorch's schema has no argument of that name.
TS_API int32_t ts_arg_index(void* op, const char* name) {
  const auto& parameters = static_cast<Operator*>(op)->parameters;
  for (size_t i = 0; i < parameters.size(); i++)
    if (parameters[i].name == name) return static_cast<int32_t>(i);
  return -1;
}

// The number of results, or -1. *results is valid until this thread's next call; null discards them (in-place operators).
TS_API int32_t ts_call(void* handle, const Value* args, int32_t count, const Value** results) {
  return guarded(-1, [&] {
    auto& op = *static_cast<Operator*>(handle);
    auto wanted = static_cast<int32_t>(op.parameters.size());
    if (count > wanted) throw std::runtime_error("takes " + std::to_string(wanted) + " arguments, was given " + std::to_string(count));
    torch::jit::Stack stack;
    stack.reserve(static_cast<size_t>(wanted));
    for (int32_t i = 0; i < wanted; i++) {
      const auto& parameter = op.parameters[static_cast<size_t>(i)];
      if (i < count && args[i].tag != tag_default)
        stack.push_back(coerce(args[i], parameter));
      else if (parameter.has_default)
        stack.push_back(parameter.fallback);
      else
        throw std::runtime_error("argument '" + parameter.name + "' is missing and has no default");
    }
    op.handle.callBoxed(&stack);
    if (!results) return 0;
    thread_local std::vector<Value> values;
    values.clear();
    for (auto& value : stack) append(values, std::move(value));
    *results = values.data();
    return static_cast<int32_t>(values.size());
  });
}
