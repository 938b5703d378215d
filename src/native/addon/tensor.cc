#include "tensor.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "tensorflow/c/tf_tstring.h"

namespace unroll {

namespace {

size_t BytesOf(TF_DataType dtype, const Shape& shape) {
  size_t bytes = dtype == TF_STRING ? sizeof(TF_TString) : TF_DataTypeSize(dtype);
  if (bytes == 0) Refuse("a tensor of dtype " + std::to_string(dtype) + " cannot be made");
  bool is_large = false;
  for (int64_t size : shape) is_large |= __builtin_mul_overflow(bytes, static_cast<size_t>(size), &bytes);
  if (is_large || bytes > (size_t{1} << 46)) Refuse("the shape is too large");
  return bytes;
}

// Zeros. TensorFlow copies memory that is not aligned to 64 bytes, which a typed array's never is.
TensorPtr Allocate(TF_DataType dtype, const Shape& shape, bool is_cleared) {
  const size_t bytes = BytesOf(dtype, shape);
  void* data = nullptr;
  if (posix_memalign(&data, 64, std::max<size_t>(bytes, 1)) != 0) {
    throw Failure{TF_RESOURCE_EXHAUSTED, "no memory for " + std::to_string(bytes) + " bytes"};
  }
  if (is_cleared) std::memset(data, 0, bytes); // also makes empty strings
  auto release = [](void* data, size_t, void*) { free(data); };
  auto release_strings = [](void* data, size_t bytes, void*) {
    auto* strings = static_cast<TF_TString*>(data);
    for (size_t i = 0; i < bytes / sizeof(TF_TString); i++) TF_TString_Dealloc(strings + i);
    free(data);
  };
  return std::make_shared<Tensor>(TF_NewTensor(dtype, shape.data(), static_cast<int>(shape.size()), data, bytes,
                                               dtype == TF_STRING ? +release_strings : +release, nullptr));
}

TF_TString* StringsOf(const Tensor& tensor) { return static_cast<TF_TString*>(tensor.data()); }
size_t CountOfStrings(const Tensor& tensor) { return tensor.bytes() / sizeof(TF_TString); }

void CheckBytes(const Elements& elements, size_t bytes) {
  if (elements.bytes != bytes) {
    Refuse("expected " + std::to_string(bytes) + " bytes of values, got " + std::to_string(elements.bytes));
  }
}

const Tensor& Numeric(const Tensor& tensor) {
  if (TF_DataTypeSize(tensor.dtype()) == 0) Refuse("a tensor of dtype " + std::to_string(tensor.dtype()) + " has no numbers");
  return tensor;
}

// newTensor(dtype, shape, values?): a typed array, or a list of Uint8Array for strings; without values, zeros
napi_value NewTensor(Env& env, const Args& args) {
  const auto dtype = static_cast<TF_DataType>(static_cast<int>(args.Number(0, 0, 255)));
  Shape shape;
  for (napi_value size : args.List(1)) shape.push_back(static_cast<int64_t>(args.Number(size, "shape", 0, 9007199254740991)));
  if (shape.size() > 254) Refuse("a tensor has at most 254 dimensions");
  if (dtype == TF_STRING) {
    const auto strings = args.List(2);
    if (strings.size() * sizeof(TF_TString) != BytesOf(dtype, shape)) Refuse("expected as many strings as the shape has");
    auto tensor = Allocate(dtype, shape, true);
    for (size_t i = 0; i < strings.size(); i++) {
      const Elements bytes = args.Bytes(strings[i], "string " + std::to_string(i));
      TF_TString_Copy(StringsOf(*tensor) + i, static_cast<const char*>(bytes.data), bytes.length);
    }
    return Wrap(env, tensor);
  }
  Elements elements;
  if (!args.Has(2)) return Wrap(env, Allocate(dtype, shape, true));
  if (!args.ElementsOf(args.values[2], &elements)) Refuse("argument 2: expected a typed array");
  return Wrap(env, CopyOf(dtype, shape, elements));
}

napi_value Describe(Env& env, const Args& args) {
  const auto tensor = args.Get<Tensor>(0);
  const Shape shape = tensor->shape();
  return DescriptionOf(env, tensor->dtype(), shape.size(), shape);
}

// read(tensor): an ArrayBuffer with a copy of its values; of strings, a list of them
napi_value Read(Env& env, const Args& args) {
  const auto tensor = args.Get<Tensor>(0);
  if (tensor->dtype() != TF_STRING) return env.Bytes(Numeric(*tensor).data(), tensor->bytes());
  std::vector<napi_value> strings(CountOfStrings(*tensor));
  for (size_t i = 0; i < strings.size(); i++) {
    const TF_TString* text = StringsOf(*tensor) + i;
    strings[i] = env.Bytes(TF_TString_GetDataPointer(text), TF_TString_GetSize(text));
  }
  return env.Array(strings);
}

// readInto(tensor, array): copies its values into an array
napi_value ReadInto(Env&, const Args& args) {
  const auto tensor = args.Get<Tensor>(0);
  Elements elements;
  if (!args.ElementsOf(args.values[1], &elements)) Refuse("argument 1: expected a typed array");
  CopyInto(*tensor, elements);
  return nullptr;
}

// view(tensor): an ArrayBuffer on its values. The memory lives as long as the buffer, even when the tensor is freed.
napi_value View(Env& env, const Args& args) {
  const auto tensor = args.Get<Tensor>(0);
  if (Numeric(*tensor).bytes() == 0) return env.Bytes(nullptr, 0);
  auto held = std::make_unique<TensorPtr>(tensor);
  auto release = [](napi_env, void*, void* hint) { delete static_cast<TensorPtr*>(hint); };
  napi_value buffer = env.Make(napi_create_external_arraybuffer, tensor->data(), tensor->bytes(), release, held.get());
  held.release();
  return buffer;
}

const Functions table({{"newTensor", Entry<NewTensor>},
                       {"describe", Entry<Describe>},
                       {"read", Entry<Read>},
                       {"readInto", Entry<ReadInto>},
                       {"view", Entry<View>}});

}  // namespace

Shape Tensor::shape() const {
  Shape shape(TF_NumDims(tensor));
  for (size_t i = 0; i < shape.size(); i++) shape[i] = TF_Dim(tensor, static_cast<int>(i));
  return shape;
}

TensorPtr CopyOf(TF_DataType dtype, const Shape& shape, const Elements& elements) {
  CheckBytes(elements, BytesOf(dtype, shape));
  if (dtype == TF_STRING) Refuse("strings are given as a list");
  auto tensor = Allocate(dtype, shape, false);
  const auto* from = static_cast<const uint8_t*>(elements.data);
  auto* to = static_cast<uint8_t*>(tensor->data());
  if (dtype == TF_BOOL) { // C++ reads a bool that is neither 0 nor 1 as it likes
    std::transform(from, from + elements.bytes, to, [](uint8_t value) { return value != 0; });
  } else {
    std::copy_n(from, elements.bytes, to);
  }
  return tensor;
}

void CopyInto(const Tensor& tensor, const Elements& elements) {
  CheckBytes(elements, Numeric(tensor).bytes());
  std::copy_n(static_cast<const uint8_t*>(tensor.data()), elements.bytes, static_cast<uint8_t*>(elements.data));
}

TensorPtr CopyOfStrings(const Tensor& tensor) {
  auto copy = Allocate(TF_STRING, tensor.shape(), true);
  for (size_t i = 0; i < CountOfStrings(tensor); i++) {
    const TF_TString* text = StringsOf(tensor) + i;
    TF_TString_Copy(StringsOf(*copy) + i, TF_TString_GetDataPointer(text), TF_TString_GetSize(text));
  }
  return copy;
}

napi_value DescriptionOf(Env& env, TF_DataType dtype, int64_t rank, const Shape& shape) {
  std::vector<napi_value> numbers{env.Number(dtype), env.Number(static_cast<double>(rank))};
  for (int64_t size : shape) numbers.push_back(env.Number(static_cast<double>(size)));
  return env.Array(numbers);
}

napi_value Wrap(Env& env, const TensorPtr& tensor) { return env.Wrap(tensor, tensor->bytes() + sizeof(Tensor)); }

}  // namespace unroll
