#include "run.h"

#include <algorithm>

namespace unroll {

namespace {

TensorPtr InputOf(const Args& args, napi_value value, const PreparedCall::Port& port) {
  Elements elements;
  if (!args.ElementsOf(value, &elements)) return args.As<Tensor>(value, "an input");
  const bool is_known = port.rank >= 0 && std::none_of(port.shape.begin(), port.shape.end(), [](int64_t n) { return n < 0; });
  if (!is_known) Refuse("an input whose shape the graph does not know must be a tensor");
  return CopyOf(port.dtype, port.shape, elements);
}

}  // namespace

Run::Run(const Args& args) : call(args.Get<PreparedCall>(0)) {
  call->session->CheckOpen();
  const auto given = args.List(1);
  if (given.size() != call->feeds.size()) Refuse("expected " + std::to_string(call->feeds.size()) + " inputs");
  for (size_t i = 0; i < given.size(); i++) inputs.push_back(InputOf(args, given[i], call->feeds[i]));
  if (args.Has(2)) {
    const Elements bytes = args.Bytes(2);
    options_.reset(TF_NewBufferFromString(bytes.data, bytes.length));
  }
  bool is_traced = false;
  if (napi_get_value_bool(args.env.node, args.values[3], &is_traced) == napi_ok && is_traced) metadata_.reset(TF_NewBuffer());
}

void Run::Execute() noexcept {
  std::vector<TF_Tensor*> given, made(call->outputs.size());
  for (const TensorPtr& input : inputs) given.push_back(input->tensor);
  TF_SessionRun(call->session->session(), options_.get(), call->inputs.data(), given.data(), static_cast<int>(given.size()),
                call->outputs.data(), made.data(), static_cast<int>(made.size()), call->targets.data(),
                static_cast<int>(call->targets.size()), metadata_.get(), status_);
  if (status_.code() != TF_OK) return;
  for (TF_Tensor* tensor : made) outputs.push_back(std::make_shared<Tensor>(tensor));
}

napi_value Run::Result(Env& env) const {
  status_.Check();
  std::vector<napi_value> tensors;
  for (const TensorPtr& output : outputs) tensors.push_back(Wrap(env, output));
  napi_value list = env.Array(tensors);
  return metadata_ ? env.Array({list, env.Bytes(metadata_->data, metadata_->length)}) : list;
}

// run(call, inputs, options, isTraced)
static napi_value RunNow(Env& env, const Args& args) {
  Run run(args);
  run.Execute();
  return run.Result(env);
}

static const Functions table({{"run", Entry<RunNow>}});

}  // namespace unroll
