// What every file of the addon stands on: errors, arguments, handles, and the table of functions.
//
// A function takes `Args` and returns a JavaScript value, or throws a Failure, which `Entry` turns into a JavaScript Error
// whose `code` is TensorFlow's, by name. A file registers its functions so:
//
//   static const Functions table({{"twice", Entry<Twice>}});
#pragma once

#include <node_api.h>

#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "tensorflow/c/c_api.h"

namespace unroll {

struct Failure {
  TF_Code code;
  std::string message;
};

[[noreturn]] inline void Refuse(const std::string& message) { throw Failure{TF_INVALID_ARGUMENT, message}; }

// Node-API has failed: with an exception of JavaScript's pending, or because the environment ends.
struct NodeFailure {};
inline void Node(napi_status status) {
  if (status != napi_ok) throw NodeFailure{};
}

// TF_Status as a value. `Check` throws what it holds.
class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;
  operator TF_Status*() const { return status_; }
  TF_Code code() const { return TF_GetCode(status_); }
  void Check() const {
    if (code() != TF_OK) throw Failure{code(), TF_Message(status_)};
  }

 private:
  TF_Status* const status_;
};

// A pointer of the C API, freed by its own function.
template <class T, void (*Delete)(T*)>
struct Deleter {
  void operator()(T* pointer) const { Delete(pointer); }
};
template <class T, void (*Delete)(T*)>
using Owned = std::unique_ptr<T, Deleter<T, Delete>>;
using Buffer = Owned<TF_Buffer, TF_DeleteBuffer>;

struct Env;

// What an external of JavaScript points to. JavaScript frees the object, or the garbage collector does.
struct Handle {
  std::shared_ptr<Env> env;
  const char* kind;
  std::shared_ptr<void> object;
  size_t bytes;
};

// One JavaScript environment: the main thread's, or a worker thread's.
struct Env : std::enable_shared_from_this<Env> {
  explicit Env(napi_env node) : node(node) {}
  const napi_env node;
  // The externals that are ours: any other external, or a number, is refused before its pointer is followed.
  std::unordered_set<const Handle*> handles;
  // Brings results to the JavaScript thread; null when the environment has ended. Guarded by `mutex`.
  std::mutex mutex;
  napi_threadsafe_function deliver = nullptr;
  int in_flight = 0;

  napi_value Wrap(const char* kind, std::shared_ptr<void> object, size_t bytes);
  template <class T>
  napi_value Wrap(std::shared_ptr<T> object, size_t bytes = 0) {
    return Wrap(T::kKind, std::move(object), bytes);
  }
  Handle* HandleOf(napi_value value);
  void Free(Handle* handle);
  napi_value Undefined();
  napi_value Number(double number);
  napi_value String(const std::string& text);
  napi_value Array(size_t length);
  napi_value Bytes(const void* data, size_t length); // a copy
  napi_value ErrorOf(const Failure& failure);
};

// The elements of a typed array.
struct Elements {
  napi_typedarray_type type;
  size_t length;
  size_t bytes;
  void* data;
};

// False where the value is no typed array.
bool ElementsOf(napi_env node, napi_value value, Elements* elements);

// The arguments of a call. Each reader refuses a value of another type, and names the function and the argument.
class Args {
 public:
  static constexpr size_t kMost = 10;
  Args(Env& env, napi_callback_info info);
  Env& env;
  size_t count = kMost;
  napi_value values[kMost];

  napi_valuetype TypeOf(napi_value value) const;
  bool Has(size_t i) const { return i < count && TypeOf(values[i]) != napi_undefined; }
  template <class T>
  std::shared_ptr<T> Get(size_t i) const {
    return As<T>(values[i], "argument " + std::to_string(i));
  }
  template <class T>
  std::shared_ptr<T> As(napi_value value, const std::string& what) const {
    const Handle* handle = env.HandleOf(value);
    if (handle == nullptr || handle->kind != T::kKind) Refuse(what + ": expected " + T::kKind);
    if (!handle->object) throw Failure{TF_FAILED_PRECONDITION, what + ": " + T::kKind + " that was freed"};
    return std::static_pointer_cast<T>(handle->object);
  }
  double Number(napi_value value, const std::string& what, double least, double most) const;
  double Number(size_t i, double least, double most) const;
  std::string String(napi_value value, const std::string& what) const;
  uint32_t Length(size_t i) const;
  napi_value Element(size_t i, uint32_t index) const;
  std::vector<std::string> Strings(size_t i) const;
  bool ElementsOf(napi_value value, Elements* elements) const { return unroll::ElementsOf(env.node, value, elements); }
  Elements Bytes(napi_value value, const std::string& what) const;
  Elements Bytes(size_t i) const { return Bytes(values[i], "argument " + std::to_string(i)); }
};

using Body = napi_value (*)(Env&, const Args&);
napi_value Guarded(napi_env node, napi_callback_info info, Body body) noexcept;

template <Body body>
napi_value Entry(napi_env node, napi_callback_info info) {
  return Guarded(node, info, body);
}

struct Function {
  const char* name;
  napi_callback call;
};

// The functions of one file; JavaScript sees those of all files.
class Functions {
 public:
  Functions(std::initializer_list<Function> functions);
  static std::vector<Function>& All();
};

// The name of a code of TensorFlow, as "INVALID_ARGUMENT".
const char* NameOf(TF_Code code);

}  // namespace unroll
