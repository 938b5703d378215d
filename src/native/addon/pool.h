// Threads for runs that JavaScript does not wait for: our own, because libuv's four serve files and addresses.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <set>

namespace unroll {

struct Task {
  virtual ~Task() = default;
  virtual const void* Owner() const noexcept = 0;
  virtual void Execute() noexcept = 0;
  // Makes `Execute`, which runs on another thread, end soon.
  virtual void Cancel() noexcept = 0;
  // Takes the task from the thread that has executed it.
  virtual void Deliver(std::unique_ptr<Task> self) noexcept = 0;
};

// The process's threads. A thread is started when all others are busy, up to a limit; tasks beyond it wait.
class Pool {
 public:
  static Pool& Get();
  void Submit(std::unique_ptr<Task> task);
  // Drops an owner's tasks that wait, cancels those that are executed, and waits for their end: their inputs may be
  // memory that ends with the owner. Called on the owner's thread.
  void CancelOf(const void* owner);

 private:
  static constexpr int kMostThreads = 128;
  Pool();
  void Work();
  void End(int exit_code);
  std::mutex mutex_;
  std::condition_variable has_work_, has_finished_;
  std::deque<std::unique_ptr<Task>> waiting_;
  std::set<Task*> running_;
  int threads_ = 0, idle_ = 0;
  bool has_ended_ = false;
};

}  // namespace unroll
