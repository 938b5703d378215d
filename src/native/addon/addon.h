// What every file of the addon stands on: errors, arguments, handles, and the table of functions.
//
// A function takes `Args` and returns a JavaScript value (nullptr: undefined), or throws a Failure, which `Entry` turns into
// a JavaScript Error whose `code` is TensorFlow's, by name. A file registers its functions so:
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

// Node-API has failed: an exception of JavaScript's is pending, or the environment ends.
struct NodeFailure {};
inline void Node(napi_status status) {
  if (status != napi_ok) throw NodeFailure{};
}

// A pointer of the C API, freed by its own function.
template <auto Delete>
struct Deleter {
  template <class T>
  void operator()(T* pointer) const { Delete(pointer); }
};
template <class T, auto Delete>
using Owned = std::unique_ptr<T, Deleter<Delete>>;
using Buffer = Owned<TF_Buffer, TF_DeleteBuffer>;

class Status {
 public:
  operator TF_Status*() const { return status_.get(); }
  TF_Code code() const { return TF_GetCode(*this); }
  void Check() const {
    if (code() != TF_OK) throw Failure{code(), TF_Message(*this)};
  }

 private:
  const Owned<TF_Status, TF_DeleteStatus> status_{TF_NewStatus()};
};

// What an external of JavaScript points to. JavaScript frees the object, or the garbage collector does.
struct Handle {
  std::shared_ptr<struct Env> env;
  const char* kind;
  std::shared_ptr<void> object;
  int64_t bytes;
};

// One JavaScript environment: the main thread's, or a worker thread's.
struct Env : std::enable_shared_from_this<Env> {
  explicit Env(napi_env node) : node(node) {}
  const napi_env node;
  // The externals that are ours. Any other value is refused before a pointer of it is followed.
  std::unordered_set<const Handle*> handles;
  // Brings the results of runs to the JavaScript thread; null when the environment has ended. Guarded by `mutex`.
  std::mutex mutex;
  napi_threadsafe_function deliver = nullptr;
  int runs_in_flight = 0;

  // An object as an external. T::kKind says what it is, as "a tensor"; `bytes` how much memory V8 should know of.
  template <class T>
  napi_value Wrap(std::shared_ptr<T> object, size_t bytes = 0) {
    return Wrap(T::kKind, std::move(object), bytes);
  }
  napi_value Wrap(const char* kind, std::shared_ptr<void> object, size_t bytes);
  Handle* HandleOf(napi_value value); // null where the value is no handle of ours
  // What a function of Node-API makes of its arguments.
  template <class Create, class... Given>
  napi_value Make(Create create, Given... given) {
    napi_value value;
    Node(create(node, given..., &value));
    return value;
  }
  napi_value Number(double number) { return Make(napi_create_double, number); }
  napi_value String(const std::string& text) { return Make(napi_create_string_utf8, text.data(), text.size()); }
  napi_value Array(size_t length) { return Make(napi_create_array_with_length, length); }
  napi_value Array(const std::vector<napi_value>& values);
  napi_value Bytes(const void* data, size_t length); // an ArrayBuffer with a copy
  napi_value ErrorOf(const Failure& failure);
};

// The elements of a typed array.
struct Elements {
  napi_typedarray_type type;
  size_t length, bytes;
  void* data;
};

// The arguments of a call. The readers refuse a value of another type.
struct Args {
  Args(Env& env, napi_callback_info info);
  Env& env;
  size_t count = 8;
  napi_value values[8];

  static std::string Name(size_t i) { return "argument " + std::to_string(i); }
  bool Has(size_t i) const; // neither missing nor undefined
  template <class T>
  std::shared_ptr<T> Get(size_t i) const { return As<T>(values[i], Name(i)); }
  template <class T>
  std::shared_ptr<T> As(napi_value value, const std::string& what) const {
    const Handle* handle = env.HandleOf(value);
    if (handle == nullptr || handle->kind != T::kKind) Refuse(what + ": expected " + T::kKind);
    if (!handle->object) throw Failure{TF_FAILED_PRECONDITION, what + ": " + T::kKind + " that was freed"};
    return std::static_pointer_cast<T>(handle->object);
  }
  double Number(napi_value value, const std::string& what, double least, double most) const;
  double Number(size_t i, double least, double most) const { return Number(values[i], Name(i), least, most); }
  std::string String(napi_value value, const std::string& what) const;
  std::vector<napi_value> List(size_t i) const;
  std::vector<std::string> Strings(size_t i) const;
  bool ElementsOf(napi_value value, Elements* elements) const; // false where the value is no typed array
  Elements Bytes(napi_value value, const std::string& what) const; // of a Uint8Array
  Elements Bytes(size_t i) const { return Bytes(values[i], Name(i)); }
};

using Body = napi_value (*)(Env&, const Args&);
napi_value Guarded(napi_env node, napi_callback_info info, Body body) noexcept;
template <Body body>
napi_value Entry(napi_env node, napi_callback_info info) { return Guarded(node, info, body); }

struct Function {
  const char* name;
  napi_callback call;
};

// The functions of one file; JavaScript sees those of all files.
struct Functions {
  Functions(std::initializer_list<Function> functions) { All().insert(All().end(), functions); }
  static std::vector<Function>& All();
};

}  // namespace unroll
