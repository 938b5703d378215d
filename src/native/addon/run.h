// Runs of prepared calls, at once or on another thread.
#pragma once

#include "session.h"

namespace unroll {

// One run: made and read on the JavaScript thread, executed on any.
class Run {
 public:
  static constexpr const char* kKind = "a run";
  // The arguments: a prepared call; its inputs, each a tensor or a typed array; undefined, or a RunOptions message; whether
  // to note down the RunMetadata message.
  explicit Run(const Args& args);
  void Execute() noexcept;
  // The outputs; with metadata, [outputs, metadata].
  napi_value Result(Env& env) const;

  const std::shared_ptr<PreparedCall> call;
  std::vector<TensorPtr> inputs, outputs;

 private:
  Buffer options_, metadata_;
  Status status_;
};

// Lets runs on other threads bring their results to this environment.
void StartDelivery(Env& env);

}  // namespace unroll
