// The border to JavaScript: no C++ exception passes it.
#include "addon.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "bridge.h"
#include "run.h"

namespace unroll {

namespace {

const char* NameOf(TF_Code code) {
  static const char* const kNames[] = {
      "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
      "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
      "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"};
  return kNames[code >= 0 && code <= TF_UNAUTHENTICATED ? code : TF_UNKNOWN];
}

// V8 collects sooner when it knows how much memory its externals hold.
void Account(napi_env node, int64_t bytes) {
  int64_t total;
  if (bytes != 0) napi_adjust_external_memory(node, bytes, &total);
}

void Throw(Env& env, const Failure& failure) {
  bool is_pending = false;
  napi_is_exception_pending(env.node, &is_pending);
  if (!is_pending) napi_throw(env.node, env.ErrorOf(failure));
}

napi_value Free(Env& env, const Args& args) {
  Handle* handle = env.HandleOf(args.values[0]);
  if (handle == nullptr) Refuse("free: expected a handle");
  handle->object.reset();
  Account(env.node, -handle->bytes);
  handle->bytes = 0;
  return nullptr;
}

// setEnvironment(name, value): a default for a variable of the process's environment, which the `process.env` of a worker
// thread does not reach
napi_value SetEnvironment(Env&, const Args& args) {
  setenv(args.String(args.values[0], "the name").c_str(), args.String(args.values[1], "the value").c_str(), 0);
  return nullptr;
}

const Functions table({{"free", Entry<Free>}, {"setEnvironment", Entry<SetEnvironment>}});

// When a worker thread ends, Node unloads its addons. TensorFlow keeps pointers to our kernels, so this library must stay.
void StayLoaded() {
  Dl_info self;
  if (dladdr(reinterpret_cast<const void*>(&StayLoaded), &self) != 0) dlopen(self.dli_fname, RTLD_NOW | RTLD_NODELETE);
}

napi_value Init(napi_env node, napi_value exports) {
  StayLoaded();
  auto held = std::make_unique<std::shared_ptr<Env>>(std::make_shared<Env>(node));
  auto forget = [](napi_env, void* data, void*) { delete static_cast<std::shared_ptr<Env>*>(data); };
  Node(napi_set_instance_data(node, held.get(), forget, nullptr));
  Env& env = **held.release();
  StartDelivery(env);
  OpenBridge();
  for (const Function& each : Functions::All()) {
    const napi_value function = env.Make(napi_create_function, each.name, NAPI_AUTO_LENGTH, each.call, nullptr);
    Node(napi_set_named_property(node, exports, each.name, function));
  }
  return exports;
}

}  // namespace

std::vector<Function>& Functions::All() {
  static auto* all = new std::vector<Function>();
  return *all;
}

napi_value Env::Wrap(const char* kind, std::shared_ptr<void> object, size_t bytes) {
  auto handle = std::make_unique<Handle>(Handle{shared_from_this(), kind, std::move(object), static_cast<int64_t>(bytes)});
  auto finalize = [](napi_env node, void* data, void*) {
    std::unique_ptr<Handle> handle(static_cast<Handle*>(data));
    handle->env->handles.erase(handle.get());
    Account(node, -handle->bytes);
  };
  napi_value value = Make(napi_create_external, handle.get(), finalize, nullptr);
  Account(node, handle->bytes);
  handles.insert(handle.release());
  return value;
}

Handle* Env::HandleOf(napi_value value) {
  napi_valuetype type;
  void* pointer;
  if (napi_typeof(node, value, &type) != napi_ok || type != napi_external) return nullptr;
  if (napi_get_value_external(node, value, &pointer) != napi_ok) return nullptr;
  auto* handle = static_cast<Handle*>(pointer);
  return handles.count(handle) > 0 ? handle : nullptr;
}

napi_value Env::Bytes(const void* data, size_t length) {
  void* place;
  napi_value buffer = Make(napi_create_arraybuffer, length, &place);
  std::copy_n(static_cast<const char*>(data), length, static_cast<char*>(place));
  return buffer;
}
napi_value Env::Array(const std::vector<napi_value>& values) {
  napi_value array = Array(values.size());
  for (uint32_t i = 0; i < values.size(); i++) Node(napi_set_element(node, array, i, values[i]));
  return array;
}
napi_value Env::ErrorOf(const Failure& failure) {
  return Make(napi_create_error, String(NameOf(failure.code)), String(failure.message));
}

Args::Args(Env& env, napi_callback_info info) : env(env) {
  Node(napi_get_cb_info(env.node, info, &count, values, nullptr, nullptr)); // what is missing is undefined
}

bool Args::Has(size_t i) const {
  napi_valuetype type;
  Node(napi_typeof(env.node, values[i], &type));
  return type != napi_undefined;
}

double Args::Number(napi_value value, const std::string& what, double least, double most) const {
  double number = 0;
  const bool is_number = napi_get_value_double(env.node, value, &number) == napi_ok && number >= least && number <= most;
  if (is_number && number == static_cast<double>(static_cast<int64_t>(number))) return number;
  const auto text = [](double number) { return std::to_string(static_cast<int64_t>(number)); };
  Refuse(what + ": expected a whole number from " + text(least) + " to " + text(most));
}

std::string Args::String(napi_value value, const std::string& what) const {
  size_t length = 0;
  if (napi_get_value_string_utf8(env.node, value, nullptr, 0, &length) != napi_ok) Refuse(what + ": expected a string");
  std::string text(length, '\0');
  Node(napi_get_value_string_utf8(env.node, value, &text[0], length + 1, &length));
  return text;
}

std::vector<napi_value> Args::List(size_t i) const {
  uint32_t length = 0;
  if (napi_get_array_length(env.node, values[i], &length) != napi_ok) Refuse(Name(i) + ": expected an array");
  std::vector<napi_value> list(length);
  for (uint32_t k = 0; k < length; k++) Node(napi_get_element(env.node, values[i], k, &list[k]));
  return list;
}

std::vector<std::string> Args::Strings(size_t i) const {
  std::vector<std::string> strings;
  for (napi_value each : List(i)) strings.push_back(String(each, Name(i)));
  return strings;
}

bool Args::ElementsOf(napi_value value, Elements* elements) const {
  static const size_t kSizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  bool is_typed = false;
  Node(napi_is_typedarray(env.node, value, &is_typed));
  if (!is_typed) return false;
  auto& [type, length, bytes, data] = *elements;
  Node(napi_get_typedarray_info(env.node, value, &type, &length, &data, nullptr, nullptr));
  bytes = type <= napi_biguint64_array ? length * kSizes[type] : 0;
  return type <= napi_biguint64_array;
}

Elements Args::Bytes(napi_value value, const std::string& what) const {
  Elements elements;
  if (!ElementsOf(value, &elements) || elements.type != napi_uint8_array) Refuse(what + ": expected a Uint8Array");
  return elements;
}

napi_value Guarded(napi_env node, napi_callback_info info, Body body) noexcept {
  void* data = nullptr;
  if (napi_get_instance_data(node, &data) != napi_ok || data == nullptr) return nullptr;
  Env& env = **static_cast<std::shared_ptr<Env>*>(data);
  try {
    try {
      return body(env, Args(env, info));
    } catch (const Failure& failure) {
      Throw(env, failure);
    } catch (const std::bad_alloc&) {
      Throw(env, {TF_RESOURCE_EXHAUSTED, "out of memory"});
    } catch (const NodeFailure&) {
      Throw(env, {TF_INTERNAL, "Node-API refuses a call"});
    }
  } catch (const NodeFailure&) {
    // the environment ends: nothing can be thrown any more
  }
  return nullptr;
}

}  // namespace unroll

NAPI_MODULE_INIT() {
  try {
    return unroll::Init(env, exports);
  } catch (const unroll::Failure& failure) {
    napi_throw_error(env, nullptr, failure.message.c_str());
  } catch (...) {
    napi_throw_error(env, nullptr, "the addon could not start");
  }
  return nullptr;
}
