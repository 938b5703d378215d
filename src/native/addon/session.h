// Graphs in sessions, and calls of them whose names are resolved once.
#pragma once

#include <condition_variable>

#include "tensor.h"

namespace unroll {

class Session {
 public:
  static constexpr char kKind[] = "a session";
  Session(const Elements& graph_def, const Elements& config);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  TF_Graph* graph() const { return graph_.get(); }
  TF_Session* session() const { return session_; }
  TF_Operation* OperationOf(const std::string& name) const;
  TF_Output OutputOf(const std::string& name) const; // "node" or "node:1"
  void CheckOpen() const;
  // Cancels the runs in flight. Any thread may call it.
  void Close();
  // Runs on other threads; `WaitForRuns` returns when none is in flight.
  void CountRuns(int more);
  void WaitForRuns();

 private:
  const Owned<TF_Graph, TF_DeleteGraph> graph_{TF_NewGraph()};
  TF_Session* session_ = nullptr;
  std::mutex mutex_; // guards what follows
  std::condition_variable has_ended_;
  int runs_ = 0;
  bool is_closed_ = false;
};

struct PreparedCall {
  static constexpr char kKind[] = "a prepared call";
  // The dtype and the shape of a feed; a rank or a size that the graph does not know is -1.
  struct Port {
    TF_DataType dtype;
    int rank;
    Shape shape;
  };
  std::shared_ptr<Session> session;
  std::vector<TF_Output> inputs, outputs;
  std::vector<const TF_Operation*> targets;
  std::vector<Port> feeds;
};

}  // namespace unroll
