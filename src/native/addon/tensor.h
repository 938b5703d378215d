// Tensors: TensorFlow's, with the values of typed arrays.
#pragma once

#include "addon.h"

namespace unroll {

struct Tensor {
  static constexpr const char* kKind = "a tensor";
  explicit Tensor(TF_Tensor* tensor) : tensor(tensor) {}
  ~Tensor() { TF_DeleteTensor(tensor); }
  Tensor(const Tensor&) = delete;
  Tensor& operator=(const Tensor&) = delete;
  TF_Tensor* const tensor;

  TF_DataType dtype() const { return TF_TensorType(tensor); }
  std::vector<int64_t> shape() const;
  size_t bytes() const { return TF_TensorByteSize(tensor); }
};

using Shape = std::vector<int64_t>;

// How the values of a dtype stand in JavaScript.
struct Kind {
  TF_DataType dtype;
  size_t bytes;
  napi_typedarray_type array;
  const char* array_name;
};
// Null where a dtype has no typed array: strings, resources, complex numbers.
const Kind* KindOf(TF_DataType dtype);

std::string TextOf(const Shape& shape);
// Memory for a tensor, aligned as TensorFlow wants it, not yet written.
std::shared_ptr<Tensor> Allocate(TF_DataType dtype, const Shape& shape);
// A tensor with a copy of a typed array. Refuses an array of another type or length.
std::shared_ptr<Tensor> CopyOf(TF_DataType dtype, const Shape& shape, const Elements& elements, const std::string& what);
std::shared_ptr<Tensor> CopyOfStrings(const Tensor& tensor);
// Copies a tensor's values into a typed array. Refuses an array of another type or length.
void CopyInto(const Tensor& tensor, const Elements& elements, const std::string& what);
// An external for JavaScript.
napi_value Wrap(Env& env, std::shared_ptr<Tensor> tensor);

}  // namespace unroll
