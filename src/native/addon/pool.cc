#include "pool.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace unroll {

// Never destroyed: its threads may outlive the objects of static lifetime.
Pool& Pool::Get() {
  static auto* pool = new Pool();
  return *pool;
}

// The process may end while TensorFlow computes. Then its library would be destroyed under a run, so the runs end first.
Pool::Pool() {
#ifdef __GLIBC__
  on_exit([](int exit_code, void* pool) { static_cast<Pool*>(pool)->End(exit_code); }, this);
#else
  atexit([] { Get().End(1); });
#endif
}

void Pool::End(int exit_code) {
  std::unique_lock<std::mutex> lock(mutex_);
  has_ended_ = true;
  for (auto& task : waiting_) task.release(); // what it holds goes with the process
  waiting_.clear();
  for (Task* task : running_) task->Cancel();
  const bool has_stopped = has_finished_.wait_for(lock, std::chrono::seconds(10), [this] { return running_.empty(); });
  if (!has_stopped) _exit(exit_code); // an operation that cannot be cancelled and takes longer: nothing may be destroyed
}

void Pool::CancelOf(const void* owner) {
  std::deque<std::unique_ptr<Task>> dropped; // destroyed after the lock
  std::unique_lock<std::mutex> lock(mutex_);
  const auto is_of_owner = [owner](const auto& task) { return task->Owner() == owner; };
  const auto first = std::stable_partition(waiting_.begin(), waiting_.end(), [&](auto& task) { return !is_of_owner(task); });
  std::move(first, waiting_.end(), std::back_inserter(dropped));
  waiting_.erase(first, waiting_.end());
  for (Task* task : running_) {
    if (is_of_owner(task)) task->Cancel();
  }
  has_finished_.wait(lock, [&] { return std::none_of(running_.begin(), running_.end(), is_of_owner); });
}

void Pool::Submit(std::unique_ptr<Task> task) {
  std::lock_guard<std::mutex> lock(mutex_);
  waiting_.push_back(std::move(task));
  if (idle_ < static_cast<int>(waiting_.size()) && threads_ < kMostThreads) {
    threads_++;
    std::thread([this] { Work(); }).detach();
  }
  has_work_.notify_one();
}

void Pool::Work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    idle_++;
    has_work_.wait(lock, [this] { return !waiting_.empty() && !has_ended_; });
    idle_--;
    std::unique_ptr<Task> task = std::move(waiting_.front());
    waiting_.pop_front();
    running_.insert(task.get());
    lock.unlock();
    task->Execute();
    lock.lock();
    running_.erase(task.get());
    has_finished_.notify_all();
    lock.unlock();
    Task* done = task.get();
    done->Deliver(std::move(task));
    lock.lock();
  }
}

}  // namespace unroll
