// Runs on threads of our own, because libuv's four serve files and addresses.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <set>
#include <thread>

#include "run.h"

namespace unroll {

namespace {

// A run on another thread, and the promise of its end. JavaScript has the run too, and asks it for its outputs.
struct AsyncRun {
  explicit AsyncRun(const Args& args) : env(args.env.shared_from_this()), run(std::make_shared<Run>(args)) {
    run->call->session->CountRuns(1);
  }
  ~AsyncRun() { End(); }
  const std::shared_ptr<Env> env;
  const std::shared_ptr<Run> run;
  napi_deferred deferred = nullptr;

  // Tells who waits for the session's runs, once: also of a run that was dropped before it was executed.
  void End() {
    if (!has_ended_) run->call->session->CountRuns(-1);
    has_ended_ = true;
  }

 private:
  bool has_ended_ = false;
};
using AsyncRunPtr = std::unique_ptr<AsyncRun>;

// Brings a run back to its JavaScript thread.
void Deliver(AsyncRunPtr task) {
  const std::shared_ptr<Env> env = task->env; // JavaScript's thread may delete the task at once
  std::lock_guard<std::mutex> lock(env->mutex);
  if (env->deliver && napi_call_threadsafe_function(env->deliver, task.get(), napi_tsfn_nonblocking) == napi_ok) {
    task.release();
    return;
  }
  // The environment has ended. A tensor may hold memory of JavaScript's, which only its thread could have freed.
  new std::vector<TensorPtr>(std::move(task->run->inputs));
  new std::vector<TensorPtr>(std::move(task->run->outputs));
}

// On the JavaScript thread; `node` is null when its environment ends.
void OnDelivery(napi_env node, napi_value, void*, void* data) {
  const AsyncRunPtr task(static_cast<AsyncRun*>(data));
  if (node == nullptr) return;
  Env& env = *task->env;
  if (--env.runs_in_flight == 0) napi_unref_threadsafe_function(node, env.deliver);
  napi_value undefined; // where the environment ends meanwhile, nobody waits for the promise
  if (napi_get_undefined(node, &undefined) == napi_ok) napi_resolve_deferred(node, task->deferred, undefined);
}

// The process's threads. One more is started when all are busy, up to a limit; further runs wait.
class Pool {
 public:
  // Never destroyed: its threads may outlive the objects of static lifetime.
  static Pool& Get() {
    static auto* pool = new Pool();
    return *pool;
  }

  void Submit(AsyncRunPtr task) {
    std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back(std::move(task));
    if (idle_ < waiting_.size() && threads_ < kMostThreads) {
      threads_++;
      std::thread([this] { Work(); }).detach();
    }
    has_work_.notify_one();
  }

  // Drops the runs of an environment that ends, cancels those that are executed, and waits for their end: their inputs may
  // be memory that ends with it.
  void EndRunsOf(const Env* env) {
    std::deque<AsyncRunPtr> dropped; // destroyed after the lock
    std::unique_lock<std::mutex> lock(mutex_);
    const auto is_other = [env](const auto& task) { return task->env.get() != env; };
    const auto first = std::stable_partition(waiting_.begin(), waiting_.end(), is_other);
    std::move(first, waiting_.end(), std::back_inserter(dropped));
    waiting_.erase(first, waiting_.end());
    for (AsyncRun* task : executed_) {
      if (!is_other(task)) task->run->call->session->Close();
    }
    has_finished_.wait(lock, [&] { return std::all_of(executed_.begin(), executed_.end(), is_other); });
  }

 private:
  static constexpr size_t kMostThreads = 128;

  // The process may end while TensorFlow computes. Then nothing may be destroyed under a run: Node has done its part, files
  // are flushed, and the process ends at once. Only glibc tells the exit code here.
  Pool() {
#ifdef __GLIBC__
    on_exit([](int code, void* pool) { static_cast<Pool*>(pool)->End(code); }, this);
#else
    atexit([] { Get().End(0); });
#endif
  }

  void End(int code) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (executed_.empty() && waiting_.empty()) return;
    fflush(nullptr);
    _exit(code);
  }

  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      idle_++;
      has_work_.wait(lock, [this] { return !waiting_.empty(); });
      idle_--;
      AsyncRunPtr task = std::move(waiting_.front());
      waiting_.pop_front();
      executed_.insert(task.get());
      lock.unlock();
      task->run->Execute();
      task->End();
      lock.lock();
      executed_.erase(task.get());
      has_finished_.notify_all();
      lock.unlock();
      Deliver(std::move(task));
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable has_work_, has_finished_;
  std::deque<AsyncRunPtr> waiting_;
  std::set<AsyncRun*> executed_;
  size_t threads_ = 0, idle_ = 0;
};

// startRun(call, inputs, options, isTraced): the run, and a promise that is fulfilled when it has ended, well or not
napi_value StartRun(Env& env, const Args& args) {
  auto task = std::make_unique<AsyncRun>(args);
  const napi_value run = env.Wrap(task->run), ended = env.Make(napi_create_promise, &task->deferred);
  if (env.runs_in_flight++ == 0) Node(napi_ref_threadsafe_function(env.node, env.deliver)); // Node waits for the run
  Pool::Get().Submit(std::move(task));
  return env.Array({run, ended});
}

// outputsOf(run): what `run` gives; waits for the run's end
napi_value OutputsOf(Env& env, const Args& args) {
  const auto run = args.Get<Run>(0);
  run->call->session->WaitForRuns();
  return run->Result(env);
}

const Functions table({{"startRun", Entry<StartRun>}, {"outputsOf", Entry<OutputsOf>}});

}  // namespace

void StartDelivery(Env& env) {
  auto held = std::make_unique<std::shared_ptr<Env>>(env.shared_from_this());
  auto end = [](napi_env, void* data, void*) {
    const std::unique_ptr<std::shared_ptr<Env>> held(static_cast<std::shared_ptr<Env>*>(data));
    Env& env = **held;
    {
      std::lock_guard<std::mutex> lock(env.mutex);
      env.deliver = nullptr;
    }
    Pool::Get().EndRunsOf(&env);
  };
  Node(napi_create_threadsafe_function(env.node, nullptr, nullptr, env.String("unroll"), 0, 1, held.get(), end, nullptr,
                                       OnDelivery, &env.deliver));
  held.release();
  Node(napi_unref_threadsafe_function(env.node, env.deliver));
}

}  // namespace unroll
