#include "run.h"

#include <cstring>

#include "pool.h"
#include "session.h"

namespace unroll {

namespace {

std::string Input(uint32_t i) { return "input " + std::to_string(i); }

// One run: made and read on the JavaScript thread, executed on any.
struct Run {
  std::shared_ptr<PreparedCall> call;
  std::vector<std::shared_ptr<Tensor>> inputs, outputs;
  Buffer options, metadata;
  Status status;

  explicit Run(const Args& args);
  void Execute() noexcept;
  napi_value Result(Env& env, napi_value into);
};

std::shared_ptr<Tensor> InputOf(const Args& args, const Port& port, uint32_t i) {
  const napi_value value = args.Element(1, i);
  Elements elements;
  if (args.ElementsOf(value, &elements)) {
    if (!port.IsKnown()) Refuse(Input(i) + ": the graph does not know its shape, so it must be a tensor");
    return CopyOf(port.dtype, port.shape, elements, Input(i));
  }
  auto tensor = args.As<Tensor>(value, Input(i));
  if (tensor->dtype() != port.dtype) {
    Refuse(Input(i) + ": expected dtype " + std::to_string(port.dtype) + ", got " + std::to_string(tensor->dtype()));
  }
  if (port.has_rank && !port.Fits(tensor->shape())) {
    Refuse(Input(i) + ": expected shape " + TextOf(port.shape) + ", got " + TextOf(tensor->shape()));
  }
  return tensor;
}

// What can be told of the arrays before a run is told before it: a run that writes variables cannot be taken back.
void CheckInto(const Args& args, const std::vector<Port>& fetches) {
  if (args.Length(2) != fetches.size()) Refuse("into: expected " + std::to_string(fetches.size()) + " arrays");
  for (uint32_t i = 0; i < fetches.size(); i++) {
    const Port& port = fetches[i];
    const Kind* kind = KindOf(port.dtype);
    Elements elements;
    if (kind == nullptr) Refuse("into " + std::to_string(i) + ": no typed array holds this dtype");
    const bool is_array = args.ElementsOf(args.Element(2, i), &elements);
    if (!is_array || elements.type != kind->array) Refuse("into " + std::to_string(i) + ": expected a " + kind->array_name);
    size_t count = 1;
    for (int64_t size : port.shape) count *= size;
    if (port.IsKnown() && count != elements.length) {
      Refuse("into " + std::to_string(i) + ": expected " + std::to_string(count) + " elements");
    }
  }
}

// The arguments: a prepared call; its inputs, each a tensor or a typed array; undefined, or an array of typed arrays that
// get the outputs; undefined, or a RunOptions message; whether to give the RunMetadata message as well.
Run::Run(const Args& args) : call(args.Get<PreparedCall>(0)) {
  call->session->CheckOpen();
  const size_t count = call->feeds.size();
  if (args.Length(1) != count) {
    Refuse("expected " + std::to_string(count) + " inputs, got " + std::to_string(args.Length(1)));
  }
  inputs.reserve(count);
  for (uint32_t i = 0; i < count; i++) inputs.push_back(InputOf(args, call->feeds[i], i));
  if (args.Has(2)) CheckInto(args, call->fetches);
  if (args.Has(3)) {
    const Elements bytes = args.Bytes(3);
    options.reset(TF_NewBufferFromString(bytes.data, bytes.length));
  }
  bool is_traced = false;
  if (args.Has(4) && napi_get_value_bool(args.env.node, args.values[4], &is_traced) != napi_ok) {
    Refuse("argument 4: expected a boolean");
  }
  if (is_traced) metadata.reset(TF_NewBuffer());
}

void Run::Execute() noexcept {
  std::vector<TF_Tensor*> given(inputs.size()), made(call->outputs.size());
  for (size_t i = 0; i < given.size(); i++) given[i] = inputs[i]->tensor;
  TF_SessionRun(call->session->session(), options.get(), call->inputs.data(), given.data(), static_cast<int>(given.size()),
                call->outputs.data(), made.data(), static_cast<int>(made.size()), call->targets.data(),
                static_cast<int>(call->targets.size()), metadata.get(), status);
  if (status.code() != TF_OK) return;
  for (TF_Tensor* tensor : made) outputs.push_back(std::make_shared<Tensor>(tensor));
}

// The outputs as tensors, or undefined with their values in the arrays of `into`; with metadata, [outputs, metadata].
napi_value Run::Result(Env& env, napi_value into) {
  status.Check();
  napi_value result = into == nullptr ? env.Array(outputs.size()) : env.Undefined();
  for (uint32_t i = 0; i < outputs.size(); i++) {
    if (into == nullptr) {
      Node(napi_set_element(env.node, result, i, Wrap(env, outputs[i])));
      continue;
    }
    napi_value array;
    Elements elements;
    Node(napi_get_element(env.node, into, i, &array));
    if (!ElementsOf(env.node, array, &elements)) Refuse("into: the arrays have changed during the run");
    CopyInto(*outputs[i], elements, "into " + std::to_string(i));
  }
  if (!metadata) return result;
  napi_value pair = env.Array(2);
  Node(napi_set_element(env.node, pair, 0, result));
  Node(napi_set_element(env.node, pair, 1, env.Bytes(metadata->data, metadata->length)));
  return pair;
}

// A run on a thread of the pool, and the promise of its result.
struct AsyncRun : Task {
  explicit AsyncRun(const Args& args) : env(args.env.shared_from_this()), run(args) { run.call->session->BeginRun(); }
  ~AsyncRun() override { End(); }
  const std::shared_ptr<Env> env;
  Run run;
  napi_deferred deferred = nullptr;
  napi_ref into = nullptr;

  const void* Owner() const noexcept override { return env.get(); }
  void Execute() noexcept override {
    run.Execute();
    End();
  }
  void Cancel() noexcept override {
    Status ignored;
    TF_CloseSession(run.call->session->session(), ignored);
  }
  void Deliver(std::unique_ptr<Task> self) noexcept override;
  void Settle(napi_env node);

 private:
  // For who waits for the session's runs: once, also when the task is dropped before it was executed.
  void End() {
    if (!has_ended_) run.call->session->EndRun();
    has_ended_ = true;
  }
  bool has_ended_ = false;
};

// Runs on the thread of the pool.
void AsyncRun::Deliver(std::unique_ptr<Task> self) noexcept {
  const std::shared_ptr<Env> held = env; // JavaScript's thread may delete the task at once
  std::lock_guard<std::mutex> lock(held->mutex);
  if (held->deliver != nullptr && napi_call_threadsafe_function(held->deliver, this, napi_tsfn_nonblocking) == napi_ok) {
    self.release();
    return;
  }
  // The environment has ended. A tensor may hold memory of JavaScript's, which only its thread could have freed.
  new std::vector<std::shared_ptr<Tensor>>(std::move(run.inputs));
  new std::vector<std::shared_ptr<Tensor>>(std::move(run.outputs));
}

void AsyncRun::Settle(napi_env node) {
  napi_value array = nullptr;
  if (into != nullptr) {
    Node(napi_get_reference_value(node, into, &array));
    Node(napi_delete_reference(node, into));
  }
  try {
    Node(napi_resolve_deferred(node, deferred, run.Result(*env, array)));
  } catch (const Failure& failure) {
    Node(napi_reject_deferred(node, deferred, env->ErrorOf(failure)));
  }
}

// Runs on the JavaScript thread; `node` is null when its environment ends.
void OnDelivery(napi_env node, napi_value, void*, void* data) {
  std::unique_ptr<AsyncRun> task(static_cast<AsyncRun*>(data));
  if (node == nullptr) return;
  if (--task->env->in_flight == 0) napi_unref_threadsafe_function(node, task->env->deliver);
  try {
    task->Settle(node);
  } catch (const NodeFailure&) {
    // the environment ends: nobody waits for the promise
  }
}

napi_value RunNow(Env& env, const Args& args) {
  Run run(args);
  run.Execute();
  return run.Result(env, args.Has(2) ? args.values[2] : nullptr);
}

napi_value RunAsync(Env& env, const Args& args) {
  auto task = std::make_unique<AsyncRun>(args);
  napi_value promise;
  if (args.Has(2)) Node(napi_create_reference(env.node, args.values[2], 1, &task->into));
  Node(napi_create_promise(env.node, &task->deferred, &promise));
  if (env.in_flight++ == 0) Node(napi_ref_threadsafe_function(env.node, env.deliver)); // Node waits for a run in flight
  Pool::Get().Submit(std::move(task));
  return promise;
}

const Functions table({{"run", Entry<RunNow>}, {"runAsync", Entry<RunAsync>}});

}  // namespace

void StartDelivery(Env& env) {
  auto held = std::make_unique<std::shared_ptr<Env>>(env.shared_from_this());
  auto end = [](napi_env, void* data, void*) {
    std::unique_ptr<std::shared_ptr<Env>> held(static_cast<std::shared_ptr<Env>*>(data));
    {
      std::lock_guard<std::mutex> lock((*held)->mutex);
      (*held)->deliver = nullptr;
    }
    Pool::Get().CancelOf(held->get());
  };
  Node(napi_create_threadsafe_function(env.node, nullptr, nullptr, env.String("unroll: runs"), 0, 1, held.get(), end, nullptr,
                                       OnDelivery, &env.deliver));
  held.release();
  Node(napi_unref_threadsafe_function(env.node, env.deliver));
}

}  // namespace unroll
