// The border to JavaScript: errors, arguments, handles. No C++ exception passes it.
#include "addon.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "bridge.h"
#include "run.h"

namespace unroll {

const char* NameOf(TF_Code code) {
  static const char* const kNames[] = {"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
                                       "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
                                       "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
                                       "UNAUTHENTICATED"};
  return code >= 0 && code < 17 ? kNames[code] : "UNKNOWN";
}

std::vector<Function>& Functions::All() {
  static auto* all = new std::vector<Function>();
  return *all;
}
Functions::Functions(std::initializer_list<Function> functions) { All().insert(All().end(), functions); }

napi_value Env::Undefined() {
  napi_value value;
  Node(napi_get_undefined(node, &value));
  return value;
}
napi_value Env::Number(double number) {
  napi_value value;
  Node(napi_create_double(node, number, &value));
  return value;
}
napi_value Env::String(const std::string& text) {
  napi_value value;
  Node(napi_create_string_utf8(node, text.data(), text.size(), &value));
  return value;
}
napi_value Env::Array(size_t length) {
  napi_value value;
  Node(napi_create_array_with_length(node, length, &value));
  return value;
}
napi_value Env::Bytes(const void* data, size_t length) {
  void* place;
  napi_value buffer, bytes;
  Node(napi_create_arraybuffer(node, length, &place, &buffer));
  if (length > 0) std::memcpy(place, data, length);
  Node(napi_create_typedarray(node, napi_uint8_array, length, buffer, 0, &bytes));
  return bytes;
}
napi_value Env::ErrorOf(const Failure& failure) {
  napi_value error;
  Node(napi_create_error(node, String(NameOf(failure.code)), String(failure.message), &error));
  return error;
}

// V8 collects sooner when it knows how much memory its externals hold.
static void Account(napi_env node, int64_t bytes) {
  int64_t total;
  if (bytes != 0) napi_adjust_external_memory(node, bytes, &total);
}

napi_value Env::Wrap(const char* kind, std::shared_ptr<void> object, size_t bytes) {
  auto handle = std::make_unique<Handle>(Handle{shared_from_this(), kind, std::move(object), bytes});
  auto finalize = [](napi_env node, void* data, void*) {
    std::unique_ptr<Handle> handle(static_cast<Handle*>(data));
    handle->env->handles.erase(handle.get());
    Account(node, -static_cast<int64_t>(handle->bytes));
  };
  napi_value value;
  Node(napi_create_external(node, handle.get(), finalize, nullptr, &value));
  handles.insert(handle.get());
  handle.release();
  Account(node, static_cast<int64_t>(bytes));
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

void Env::Free(Handle* handle) {
  handle->object.reset();
  Account(node, -static_cast<int64_t>(handle->bytes));
  handle->bytes = 0;
}

Args::Args(Env& env, napi_callback_info info) : env(env) {
  Node(napi_get_cb_info(env.node, info, &count, values, nullptr, nullptr)); // fills up with undefined
}

napi_valuetype Args::TypeOf(napi_value value) const {
  napi_valuetype type;
  Node(napi_typeof(env.node, value, &type));
  return type;
}

double Args::Number(napi_value value, const std::string& what, double least, double most) const {
  double number = 0;
  bool is_number = napi_get_value_double(env.node, value, &number) == napi_ok;
  if (!is_number || !(number >= least && number <= most) || number != static_cast<double>(static_cast<int64_t>(number))) {
    Refuse(what + ": expected a whole number from " + std::to_string(static_cast<int64_t>(least)) + " to " +
           std::to_string(static_cast<int64_t>(most)));
  }
  return number;
}
double Args::Number(size_t i, double least, double most) const {
  return Number(values[i], "argument " + std::to_string(i), least, most);
}

std::string Args::String(napi_value value, const std::string& what) const {
  size_t length = 0;
  if (napi_get_value_string_utf8(env.node, value, nullptr, 0, &length) != napi_ok) Refuse(what + ": expected a string");
  std::string text(length, '\0');
  Node(napi_get_value_string_utf8(env.node, value, &text[0], length + 1, &length));
  return text;
}

uint32_t Args::Length(size_t i) const {
  bool is_array = false;
  Node(napi_is_array(env.node, values[i], &is_array));
  if (!is_array) Refuse("argument " + std::to_string(i) + ": expected an array");
  uint32_t length;
  Node(napi_get_array_length(env.node, values[i], &length));
  return length;
}

napi_value Args::Element(size_t i, uint32_t index) const {
  napi_value value;
  Node(napi_get_element(env.node, values[i], index, &value));
  return value;
}

std::vector<std::string> Args::Strings(size_t i) const {
  std::vector<std::string> strings(Length(i));
  for (size_t k = 0; k < strings.size(); k++) {
    strings[k] = String(Element(i, k), "argument " + std::to_string(i) + ", element " + std::to_string(k));
  }
  return strings;
}

bool ElementsOf(napi_env node, napi_value value, Elements* elements) {
  static const size_t kSizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  bool is_typed = false;
  Node(napi_is_typedarray(node, value, &is_typed));
  if (!is_typed) return false;
  Node(napi_get_typedarray_info(node, value, &elements->type, &elements->length, &elements->data, nullptr, nullptr));
  if (elements->type < 0 || elements->type > napi_biguint64_array) return false;
  elements->bytes = elements->length * kSizes[elements->type];
  return true;
}

Elements Args::Bytes(napi_value value, const std::string& what) const {
  Elements elements;
  if (!ElementsOf(value, &elements) || elements.type != napi_uint8_array) Refuse(what + ": expected a Uint8Array");
  return elements;
}

static void Throw(napi_env node, Env& env, const Failure& failure) {
  bool pending = false;
  napi_is_exception_pending(node, &pending);
  if (!pending) napi_throw(node, env.ErrorOf(failure));
}

napi_value Guarded(napi_env node, napi_callback_info info, Body body) noexcept {
  void* data = nullptr;
  if (napi_get_instance_data(node, &data) != napi_ok || data == nullptr) return nullptr;
  Env& env = **static_cast<std::shared_ptr<Env>*>(data);
  try {
    try {
      return body(env, Args(env, info));
    } catch (const Failure& failure) {
      Throw(node, env, failure);
    } catch (const std::bad_alloc&) {
      Throw(node, env, {TF_RESOURCE_EXHAUSTED, "out of memory"});
    } catch (const NodeFailure&) {
      Throw(node, env, {TF_INTERNAL, "Node-API refuses a call"});
    }
  } catch (const NodeFailure&) {
    // the environment ends: nothing can be thrown any more
  }
  return nullptr;
}

static napi_value Free(Env& env, const Args& args) {
  Handle* handle = env.HandleOf(args.values[0]);
  if (handle == nullptr) Refuse("argument 0: expected a handle");
  env.Free(handle);
  return env.Undefined();
}

static napi_value Version(Env& env, const Args&) { return env.String(TF_Version()); }

// setEnvironment(name, value): a default for a variable of the process's environment, which the `process.env` of a worker
// thread does not reach
static napi_value SetEnvironment(Env& env, const Args& args) {
  setenv(args.String(args.values[0], "argument 0").c_str(), args.String(args.values[1], "argument 1").c_str(), 0);
  return env.Undefined();
}

static const Functions table(
    {{"free", Entry<Free>}, {"version", Entry<Version>}, {"setEnvironment", Entry<SetEnvironment>}});

// When a worker thread ends, Node unloads its addons. TensorFlow keeps pointers to our kernels, so this library must stay.
static void StayLoaded() {
  Dl_info self;
  if (dladdr(reinterpret_cast<const void*>(&StayLoaded), &self) != 0) dlopen(self.dli_fname, RTLD_NOW | RTLD_NODELETE);
}

static napi_value Init(napi_env node, napi_value exports) {
  StayLoaded();
  auto env = std::make_unique<std::shared_ptr<Env>>(std::make_shared<Env>(node));
  auto forget = [](napi_env, void* data, void*) { delete static_cast<std::shared_ptr<Env>*>(data); };
  Node(napi_set_instance_data(node, env.get(), forget, nullptr));
  Env& made = **env.release();
  StartDelivery(made);
  OpenBridge();
  for (const Function& each : Functions::All()) {
    napi_value function;
    Node(napi_create_function(node, each.name, NAPI_AUTO_LENGTH, each.call, nullptr, &function));
    Node(napi_set_named_property(node, exports, each.name, function));
  }
  return exports;
}

}  // namespace unroll

NAPI_MODULE_INIT() {
  try {
    return unroll::Init(env, exports);
  } catch (const unroll::Failure& failure) {
    napi_throw_error(env, unroll::NameOf(failure.code), failure.message.c_str());
  } catch (...) {
    napi_throw_error(env, "INTERNAL", "the addon could not start");
  }
  return nullptr;
}
