// Values of the ABI to and from IValues, coerced to what a schema asks for.
#pragma once
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "errors.hpp"
#include "handles.hpp"

#if TORCH_VERSION_MAJOR >= 2
template <class T>
using Optional = std::optional<T>;
#else
template <class T>
using Optional = c10::optional<T>;
#endif

enum class Kind { tensor, integer, real, boolean, number, integers, reals, booleans, tensors, optional_tensors, string, device, other };

struct Parameter {
  Kind kind = Kind::other;
  bool optional = false;
  bool has_default = false;
  c10::IValue fallback;
  std::string name;
  std::string type;
};

inline Kind kind_of(const c10::Type& type) {
  using c10::TypeKind;
  switch (type.kind()) {
    case TypeKind::TensorType: return Kind::tensor;
    case TypeKind::IntType:
    case TypeKind::SymIntType: return Kind::integer;
    case TypeKind::FloatType: return Kind::real;
    case TypeKind::BoolType: return Kind::boolean;
    case TypeKind::NumberType: return Kind::number;
    case TypeKind::StringType: return Kind::string;
    case TypeKind::DeviceObjType: return Kind::device;
    case TypeKind::ListType: {
      const auto& element = *type.containedTypes()[0];
      switch (element.kind()) {
        case TypeKind::IntType:
        case TypeKind::SymIntType: return Kind::integers;
        case TypeKind::FloatType: return Kind::reals;
        case TypeKind::BoolType: return Kind::booleans;
        case TypeKind::TensorType: return Kind::tensors;
        case TypeKind::OptionalType: return kind_of(*element.containedTypes()[0]) == Kind::tensor ? Kind::optional_tensors : Kind::other;
        default: return Kind::other;
      }
    }
    default: return Kind::other;
  }
}

inline const char* name_of(int32_t tag) {
  static const char* const names[] = {"none", "the default", "a tensor", "an integer", "a float", "a bool", "integers", "floats", "bools", "tensors", "a string", "a device"};
  return tag >= 0 && tag < 12 ? names[tag] : "an unknown value";
}

[[noreturn]] inline void refuse(const Value& v, const Parameter& to) {
  throw std::runtime_error("argument '" + to.name + "' takes " + to.type + ", not " + name_of(v.tag));
}

template <class T, class U = T>
std::vector<T> list_of(const Value& v) {
  auto* from = static_cast<const U*>(v.p);
  return std::vector<T>(from, from + v.len);
}

// Lossless widenings only: int to float, one to a list of one. A float never becomes an int.
inline c10::IValue coerce(const Value& v, const Parameter& to) {
  if (v.tag == tag_none) {
    if (to.optional) return {};
    if (to.kind == Kind::tensor) return at::Tensor();
    refuse(v, to);
  }
  switch (to.kind) {
    case Kind::tensor:
      if (v.tag == tag_tensor) return borrow(v.p);
      break;
    case Kind::integer:
      if (v.tag == tag_int) return v.i;
      if (v.tag == tag_bool) return v.i;
      break;
    case Kind::real:
      if (v.tag == tag_double) return v.d;
      if (v.tag == tag_int) return static_cast<double>(v.i);
      break;
    case Kind::boolean:
      if (v.tag == tag_bool) return v.i != 0;
      break;
    case Kind::number:
      if (v.tag == tag_int) return v.i;
      if (v.tag == tag_double) return v.d;
      if (v.tag == tag_bool) return v.i != 0;
      break;
    case Kind::integers:
      if (v.tag == tag_ints) return list_of<int64_t>(v);
      if (v.tag == tag_int) return std::vector<int64_t>{v.i};
      break;
    case Kind::reals:
      if (v.tag == tag_doubles) return list_of<double>(v);
      if (v.tag == tag_ints) return list_of<double, int64_t>(v);
      if (v.tag == tag_double) return std::vector<double>{v.d};
      break;
    case Kind::booleans: {
      c10::List<bool> list;
      if (v.tag == tag_bools)
        for (int32_t i = 0; i < v.len; i++) list.push_back(static_cast<const uint8_t*>(v.p)[i] != 0);
      else if (v.tag == tag_bool)
        list.push_back(v.i != 0);
      else
        break;
      return list;
    }
    case Kind::tensors: {
      c10::List<at::Tensor> list;
      if (v.tag == tag_tensors)
        for (int32_t i = 0; i < v.len; i++) list.push_back(borrow(static_cast<void* const*>(v.p)[i]));
      else if (v.tag == tag_tensor)
        list.push_back(borrow(v.p));
      else
        break;
      return list;
    }
    case Kind::optional_tensors: {
      c10::List<Optional<at::Tensor>> list;
      if (v.tag != tag_tensors) break;
      for (int32_t i = 0; i < v.len; i++) {
        auto tensor = borrow(static_cast<void* const*>(v.p)[i]);
        list.push_back(tensor.defined() ? Optional<at::Tensor>(std::move(tensor)) : Optional<at::Tensor>());
      }
      return list;
    }
    case Kind::string:
      if (v.tag == tag_string) return std::string(static_cast<const char*>(v.p), static_cast<size_t>(v.len));
      break;
    case Kind::device:
      if (v.tag == tag_device) return c10::Device(static_cast<c10::DeviceType>(v.i / 256), static_cast<c10::DeviceIndex>(v.i % 256 - 1));
      break;
    case Kind::other: break;
  }
  refuse(v, to);
}

inline Value result(Tag tag) {
  Value v{};
  v.tag = tag;
  return v;
}

inline void append(std::vector<Value>& to, at::Tensor&& tensor) {
  auto v = result(tag_tensor);
  v.p = give(std::move(tensor));
  if (!v.p) v.tag = tag_none;
  to.push_back(v);
}

inline void append(std::vector<Value>& to, c10::IValue&& from) {
  if (from.isTensor()) {
    append(to, std::move(from).toTensor());
  } else if (from.isTensorList()) {
    auto list = std::move(from).toTensorVector();
    auto head = result(tag_tensors);
    head.len = static_cast<int32_t>(list.size());
    to.push_back(head);
    for (auto& tensor : list) append(to, std::move(tensor));
  } else if (from.isBool()) {
    auto v = result(tag_bool);
    v.i = from.toBool();
    to.push_back(v);
  } else if (from.isInt()) {
    auto v = result(tag_int);
    v.i = from.toInt();
    to.push_back(v);
  } else if (from.isDouble()) {
    auto v = result(tag_double);
    v.d = from.toDouble();
    to.push_back(v);
  } else if (from.isNone()) {
    to.push_back(result(tag_none));
  } else {
    throw std::runtime_error("a result of type " + from.tagKind() + " cannot be returned");
  }
}
