#include "tensor.h"

#include <cstdlib>
#include <cstring>

#include "tensorflow/c/tf_tstring.h"

namespace unroll {

std::vector<int64_t> Tensor::shape() const {
  std::vector<int64_t> shape(TF_NumDims(tensor));
  for (size_t i = 0; i < shape.size(); i++) shape[i] = TF_Dim(tensor, static_cast<int>(i));
  return shape;
}

const Kind* KindOf(TF_DataType dtype) {
  static const Kind kKinds[] = {
      {TF_FLOAT, 4, napi_float32_array, "Float32Array"},    {TF_INT32, 4, napi_int32_array, "Int32Array"},
      {TF_BOOL, 1, napi_uint8_array, "Uint8Array"},         {TF_INT64, 8, napi_bigint64_array, "BigInt64Array"},
      {TF_DOUBLE, 8, napi_float64_array, "Float64Array"},   {TF_UINT8, 1, napi_uint8_array, "Uint8Array"},
      {TF_INT8, 1, napi_int8_array, "Int8Array"},           {TF_INT16, 2, napi_int16_array, "Int16Array"},
      {TF_UINT16, 2, napi_uint16_array, "Uint16Array"},     {TF_UINT32, 4, napi_uint32_array, "Uint32Array"},
      {TF_UINT64, 8, napi_biguint64_array, "BigUint64Array"}};
  for (const Kind& kind : kKinds) {
    if (kind.dtype == dtype) return &kind;
  }
  return nullptr;
}

static const Kind& NumericKind(TF_DataType dtype, const std::string& what) {
  const Kind* kind = KindOf(dtype);
  if (kind == nullptr) Refuse(what + ": dtype " + std::to_string(dtype) + " has no typed array");
  return *kind;
}

std::string TextOf(const Shape& shape) {
  std::string text;
  for (int64_t size : shape) text += (text.empty() ? "" : ",") + std::to_string(size);
  return "[" + text + "]";
}

static size_t CountOf(const Shape& shape, size_t bytes) {
  size_t count = 1, total = 0;
  for (int64_t size : shape) {
    if (__builtin_mul_overflow(count, static_cast<size_t>(size), &count)) Refuse("shape " + TextOf(shape) + " is too large");
  }
  if (__builtin_mul_overflow(count, bytes, &total) || total > (size_t{1} << 46)) Refuse("shape " + TextOf(shape) + " is too large");
  return count;
}

// TensorFlow copies memory that is not aligned to 64 bytes, which a typed array's never is.
static std::shared_ptr<Tensor> Allocate(TF_DataType dtype, const Shape& shape, size_t bytes,
                                        void (*release)(void*, size_t, void*)) {
  void* data = nullptr;
  if (posix_memalign(&data, 64, bytes > 0 ? bytes : 1) != 0) {
    throw Failure{TF_RESOURCE_EXHAUSTED, "no memory for " + std::to_string(bytes) + " bytes"};
  }
  if (dtype == TF_STRING) std::memset(data, 0, bytes); // empty strings, so that `release` can free them
  return std::make_shared<Tensor>(
      TF_NewTensor(dtype, shape.data(), static_cast<int>(shape.size()), data, bytes, release, nullptr));
}
std::shared_ptr<Tensor> Allocate(TF_DataType dtype, const Shape& shape) {
  size_t bytes = NumericKind(dtype, "a tensor").bytes;
  return Allocate(dtype, shape, CountOf(shape, bytes) * bytes, [](void* data, size_t, void*) { free(data); });
}

static void Check(const Kind& kind, size_t count, const Elements& elements, const std::string& what) {
  if (elements.type != kind.array) Refuse(what + ": expected a " + kind.array_name);
  if (elements.length == count) return;
  Refuse(what + ": expected " + std::to_string(count) + " elements, got " + std::to_string(elements.length));
}

std::shared_ptr<Tensor> CopyOf(TF_DataType dtype, const Shape& shape, const Elements& elements, const std::string& what) {
  const Kind& kind = NumericKind(dtype, what);
  Check(kind, CountOf(shape, kind.bytes), elements, what);
  auto tensor = Allocate(dtype, shape);
  auto* to = static_cast<uint8_t*>(TF_TensorData(tensor->tensor));
  auto* from = static_cast<const uint8_t*>(elements.data);
  if (dtype == TF_BOOL) { // C++ reads a bool that is neither 0 nor 1 as it likes
    for (size_t i = 0; i < elements.length; i++) to[i] = from[i] != 0;
  } else if (elements.bytes > 0) {
    std::memcpy(to, from, elements.bytes);
  }
  return tensor;
}

void CopyInto(const Tensor& tensor, const Elements& elements, const std::string& what) {
  const Kind& kind = NumericKind(tensor.dtype(), what);
  Check(kind, tensor.bytes() / kind.bytes, elements, what);
  if (elements.bytes > 0) std::memcpy(elements.data, TF_TensorData(tensor.tensor), elements.bytes);
}

napi_value Wrap(Env& env, std::shared_ptr<Tensor> tensor) {
  size_t bytes = tensor->bytes() + sizeof(Tensor);
  return env.Wrap(std::move(tensor), bytes);
}

static std::shared_ptr<Tensor> AllocateStrings(const Shape& shape) {
  auto release = [](void* data, size_t length, void*) {
    auto* strings = static_cast<TF_TString*>(data);
    for (size_t i = 0; i < length / sizeof(TF_TString); i++) TF_TString_Dealloc(strings + i);
    free(data);
  };
  return Allocate(TF_STRING, shape, CountOf(shape, sizeof(TF_TString)) * sizeof(TF_TString), release);
}

std::shared_ptr<Tensor> CopyOfStrings(const Tensor& tensor) {
  auto copy = AllocateStrings(tensor.shape());
  auto* to = static_cast<TF_TString*>(TF_TensorData(copy->tensor));
  const auto* from = static_cast<TF_TString*>(TF_TensorData(tensor.tensor));
  for (size_t i = 0; i < copy->bytes() / sizeof(TF_TString); i++) {
    TF_TString_Copy(to + i, TF_TString_GetDataPointer(from + i), TF_TString_GetSize(from + i));
  }
  return copy;
}

static std::shared_ptr<Tensor> StringsOf(const Args& args, const Shape& shape, size_t i) {
  const size_t count = CountOf(shape, sizeof(TF_TString));
  if (args.Length(i) != count) Refuse("newTensor: expected " + std::to_string(count) + " strings");
  auto tensor = AllocateStrings(shape);
  auto* strings = static_cast<TF_TString*>(TF_TensorData(tensor->tensor));
  for (size_t k = 0; k < count; k++) {
    Elements bytes = args.Bytes(args.Element(i, k), "newTensor: string " + std::to_string(k));
    TF_TString_Copy(strings + k, static_cast<const char*>(bytes.data), bytes.length);
  }
  return tensor;
}

// newTensor(dtype, shape, values?): a typed array, or an array of Uint8Array for strings; without values, zeros
static napi_value NewTensor(Env& env, const Args& args) {
  auto dtype = static_cast<TF_DataType>(static_cast<int>(args.Number(0, 0, 255)));
  Shape shape(args.Length(1));
  if (shape.size() > 254) Refuse("newTensor: a tensor has at most 254 dimensions");
  for (size_t k = 0; k < shape.size(); k++) {
    shape[k] = static_cast<int64_t>(args.Number(args.Element(1, k), "newTensor: shape", 0, 9007199254740991));
  }
  if (dtype == TF_STRING) return Wrap(env, StringsOf(args, shape, 2));
  if (args.Has(2)) {
    Elements elements;
    if (!args.ElementsOf(args.values[2], &elements)) Refuse("newTensor: expected a typed array");
    return Wrap(env, CopyOf(dtype, shape, elements, "newTensor"));
  }
  auto tensor = Allocate(dtype, shape);
  std::memset(TF_TensorData(tensor->tensor), 0, tensor->bytes());
  return Wrap(env, std::move(tensor));
}

// describe(tensor): its dtype, then its shape
static napi_value Describe(Env& env, const Args& args) {
  auto tensor = args.Get<Tensor>(0);
  const Shape shape = tensor->shape();
  napi_value list = env.Array(shape.size() + 1);
  Node(napi_set_element(env.node, list, 0, env.Number(tensor->dtype())));
  for (uint32_t i = 0; i < shape.size(); i++) {
    Node(napi_set_element(env.node, list, i + 1, env.Number(static_cast<double>(shape[i]))));
  }
  return list;
}

// read(tensor): a copy of its values
static napi_value Read(Env& env, const Args& args) {
  auto tensor = args.Get<Tensor>(0);
  void* data = TF_TensorData(tensor->tensor);
  if (tensor->dtype() == TF_STRING) {
    const size_t count = tensor->bytes() / sizeof(TF_TString);
    napi_value list = env.Array(count);
    for (uint32_t i = 0; i < count; i++) {
      const auto* text = static_cast<TF_TString*>(data) + i;
      Node(napi_set_element(env.node, list, i, env.Bytes(TF_TString_GetDataPointer(text), TF_TString_GetSize(text))));
    }
    return list;
  }
  const Kind& kind = NumericKind(tensor->dtype(), "read");
  void* place;
  napi_value buffer, array;
  Node(napi_create_arraybuffer(env.node, tensor->bytes(), &place, &buffer));
  if (tensor->bytes() > 0) std::memcpy(place, data, tensor->bytes());
  Node(napi_create_typedarray(env.node, kind.array, tensor->bytes() / kind.bytes, buffer, 0, &array));
  return array;
}

// readInto(tensor, array): copies its values into an array
static napi_value ReadInto(Env& env, const Args& args) {
  Elements elements;
  if (!args.ElementsOf(args.values[1], &elements)) Refuse("readInto: expected a typed array");
  CopyInto(*args.Get<Tensor>(0), elements, "readInto");
  return env.Undefined();
}

// view(tensor): its values, not copied. The memory lives as long as the array, even when the tensor is freed.
static napi_value View(Env& env, const Args& args) {
  auto tensor = args.Get<Tensor>(0);
  const Kind& kind = NumericKind(tensor->dtype(), "view");
  napi_value buffer, array;
  if (tensor->bytes() == 0) {
    void* place;
    Node(napi_create_arraybuffer(env.node, 0, &place, &buffer));
  } else {
    auto held = std::make_unique<std::shared_ptr<Tensor>>(tensor);
    auto release = [](napi_env, void*, void* hint) { delete static_cast<std::shared_ptr<Tensor>*>(hint); };
    Node(napi_create_external_arraybuffer(env.node, TF_TensorData(tensor->tensor), tensor->bytes(), release, held.get(), &buffer));
    held.release();
  }
  Node(napi_create_typedarray(env.node, kind.array, tensor->bytes() / kind.bytes, buffer, 0, &array));
  return array;
}

static const Functions table({{"newTensor", Entry<NewTensor>},
                              {"describe", Entry<Describe>},
                              {"read", Entry<Read>},
                              {"readInto", Entry<ReadInto>},
                              {"view", Entry<View>}});

}  // namespace unroll
