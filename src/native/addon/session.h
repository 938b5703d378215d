// Graphs in sessions, and calls of them whose names are resolved once.
#pragma once

#include <condition_variable>
#include <mutex>

#include "tensor.h"

namespace unroll {

class Session {
 public:
  static constexpr const char* kKind = "a session";
  Session(const Elements& graph_def, const Elements& config);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  // Cancels the runs in flight, and refuses further ones.
  void Close();
  void CheckOpen() const {
    if (is_closed_) throw Failure{TF_FAILED_PRECONDITION, "the session is closed"};
  }
  // "name" or "name:1"
  TF_Output OutputOf(const std::string& name) const;
  TF_Operation* OperationOf(const std::string& name) const;
  TF_Graph* graph() const { return graph_.get(); }
  TF_Session* session() const { return session_; }
  // Runs on threads of the pool. `WaitForRuns` returns when none is in flight.
  void BeginRun();
  void EndRun();
  void WaitForRuns();

 private:
  const Owned<TF_Graph, TF_DeleteGraph> graph_;
  TF_Session* session_ = nullptr;
  bool is_closed_ = false;
  int runs_ = 0;
  std::mutex mutex_; // guards `runs_`
  std::condition_variable has_ended_;
};

// What the graph says of a feed or a fetch.
struct Port {
  TF_Output output;
  TF_DataType dtype;
  bool has_rank;
  Shape shape; // -1 where a size is unknown
  bool Fits(const Shape& given) const;
  bool IsKnown() const;
};

struct PreparedCall {
  static constexpr const char* kKind = "a prepared call";
  std::shared_ptr<Session> session;
  std::vector<Port> feeds, fetches;
  std::vector<TF_Output> inputs, outputs;
  std::vector<const TF_Operation*> targets;
};

}  // namespace unroll
