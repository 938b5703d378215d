// tfjs-node keeps its tensors to itself, but it runs any operation that TensorFlow knows, on the thread that asks. So two
// operations of ours carry tensors of any dtype over, without a copy: the export puts its inputs into a box of the
// thread, the import takes its outputs from there. Their names end in the build's number, because another copy of this
// addon may have registered its own.
#include "bridge.h"

#include "tensor.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace unroll {

namespace {

const char kExport[] = "UnrollExport" UNROLL_BUILD;
const char kImport[] = "UnrollImport" UNROLL_BUILD;

thread_local bool is_open = false; // only on a thread of JavaScript's
thread_local std::vector<TensorPtr> box;

// tfjs-node frees the strings of a tensor that it deletes, though others may share them: so strings are copied.
TensorPtr Carried(TensorPtr tensor) {
  return tensor->dtype() == TF_STRING ? CopyOfStrings(*tensor) : tensor;
}

void Fail(TF_OpKernelContext* context, TF_Code code, const char* message) {
  Status status;
  TF_SetStatus(status, code, message);
  TF_OpKernelContext_Failure(context, status);
}

void Export(void*, TF_OpKernelContext* context) {
  if (!is_open) return Fail(context, TF_FAILED_PRECONDITION, "the export runs eagerly only, on a thread of JavaScript's");
  Status status;
  for (int i = 0; i < TF_NumInputs(context); i++) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context, i, &tensor, status);
    if (status.code() != TF_OK) return TF_OpKernelContext_Failure(context, status);
    box.push_back(Carried(std::make_shared<Tensor>(tensor)));
  }
}

void Import(void*, TF_OpKernelContext* context) {
  const int count = TF_NumOutputs(context);
  std::vector<TensorPtr> given;
  given.swap(box);
  if (given.size() != static_cast<size_t>(count)) {
    return Fail(context, TF_FAILED_PRECONDITION, "the import: its box has another number of tensors");
  }
  Status status;
  for (int i = 0; i < count; i++) {
    if (given[i]->dtype() != TF_ExpectedOutputDataType(context, i)) { // TensorFlow would abort
      return Fail(context, TF_INVALID_ARGUMENT, "the import: a tensor has another dtype");
    }
    TF_SetOutput(context, i, Carried(given[i])->tensor, status);
    if (status.code() != TF_OK) return TF_OpKernelContext_Failure(context, status);
  }
}

void Register(const char* name, bool takes, void (*compute)(void*, TF_OpKernelContext*)) {
  Status status;
  TF_OpDefinitionBuilder* op = TF_NewOpDefinitionBuilder(name);
  TF_OpDefinitionBuilderAddAttr(op, "N: int >= 1");
  TF_OpDefinitionBuilderAddAttr(op, "T: type");
  if (takes) {
    TF_OpDefinitionBuilderAddInput(op, "inputs: N * T");
  } else {
    TF_OpDefinitionBuilderAddOutput(op, "outputs: N * T");
  }
  TF_OpDefinitionBuilderSetIsStateful(op, true); // never folded into a constant
  TF_OpDefinitionBuilderSetShapeInferenceFunction(op, TF_ShapeInferenceContextSetUnknownShape);
  TF_RegisterOpDefinition(op, status);
  status.Check();
  TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", nullptr, compute, nullptr), status);
  status.Check();
}

// takeTensors(): what the export has put into the box, which is empty then
napi_value TakeTensors(Env& env, const Args&) {
  std::vector<napi_value> taken;
  for (const TensorPtr& tensor : box) taken.push_back(Wrap(env, tensor));
  box.clear();
  return env.Array(taken);
}

// giveTensors(tensors): puts them into the box for the import
napi_value GiveTensors(Env&, const Args& args) {
  std::vector<TensorPtr> given;
  for (napi_value tensor : args.List(0)) given.push_back(args.As<Tensor>(tensor, "giveTensors"));
  box.swap(given);
  return nullptr;
}

// bridgeOps(): the names of the two operations
napi_value BridgeOps(Env& env, const Args&) {
  return env.Array({env.String(kExport), env.String(kImport)});
}

const Functions table(
    {{"takeTensors", Entry<TakeTensors>}, {"giveTensors", Entry<GiveTensors>}, {"bridgeOps", Entry<BridgeOps>}});

}  // namespace

void OpenBridge() {
  static std::once_flag once;
  std::call_once(once, [] {
    Register(kExport, true, Export);
    Register(kImport, false, Import);
  });
  is_open = true;
}

}  // namespace unroll
