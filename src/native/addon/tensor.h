// Tensors: TensorFlow's, with the values of typed arrays. Of types JavaScript's side takes care; here only bytes count.
#pragma once

#include "addon.h"

namespace unroll {

using Shape = std::vector<int64_t>;

struct Tensor {
  static constexpr char kKind[] = "a tensor";
  explicit Tensor(TF_Tensor* tensor) : tensor(tensor) {}
  ~Tensor() { TF_DeleteTensor(tensor); }
  Tensor(const Tensor&) = delete;
  Tensor& operator=(const Tensor&) = delete;
  TF_Tensor* const tensor;

  TF_DataType dtype() const { return TF_TensorType(tensor); }
  Shape shape() const;
  size_t bytes() const { return TF_TensorByteSize(tensor); }
  void* data() const { return TF_TensorData(tensor); }
};
using TensorPtr = std::shared_ptr<Tensor>;

// A tensor with a copy of a typed array's bytes.
TensorPtr CopyOf(TF_DataType dtype, const Shape& shape, const Elements& elements);
// Copies a tensor's bytes into a typed array.
void CopyInto(const Tensor& tensor, const Elements& elements);
// A tensor with strings of its own.
TensorPtr CopyOfStrings(const Tensor& tensor);
// [dtype, rank, sizes…], for JavaScript; a rank of -1 is unknown.
napi_value DescriptionOf(Env& env, TF_DataType dtype, int64_t rank, const Shape& shape);
napi_value Wrap(Env& env, const TensorPtr& tensor);

}  // namespace unroll
