#include "session.h"

namespace unroll {

using ImportOptions = Owned<TF_ImportGraphDefOptions, TF_DeleteImportGraphDefOptions>;
using SessionOptions = Owned<TF_SessionOptions, TF_DeleteSessionOptions>;
using DeviceList = Owned<TF_DeviceList, TF_DeleteDeviceList>;

Session::Session(const Elements& graph_def, const Elements& config) : graph_(TF_NewGraph()) {
  Status status;
  Buffer bytes(TF_NewBufferFromString(graph_def.data, graph_def.length));
  ImportOptions how(TF_NewImportGraphDefOptions());
  TF_GraphImportGraphDef(graph(), bytes.get(), how.get(), status);
  status.Check();
  SessionOptions options(TF_NewSessionOptions());
  TF_SetConfig(options.get(), config.data, config.length, status);
  status.Check();
  session_ = TF_NewSession(graph(), options.get(), status);
  status.Check();
}

Session::~Session() {
  if (session_ == nullptr) return;
  Status status; // a session that closes badly is freed all the same
  TF_CloseSession(session_, status);
  TF_DeleteSession(session_, status);
}

void Session::Close() {
  if (is_closed_) return;
  is_closed_ = true;
  Status status;
  TF_CloseSession(session_, status);
  status.Check();
}

void Session::BeginRun() {
  std::lock_guard<std::mutex> lock(mutex_);
  runs_++;
}
void Session::EndRun() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (--runs_ == 0) has_ended_.notify_all();
}
void Session::WaitForRuns() {
  std::unique_lock<std::mutex> lock(mutex_);
  has_ended_.wait(lock, [this] { return runs_ == 0; });
}

TF_Operation* Session::OperationOf(const std::string& name) const {
  TF_Operation* operation = TF_GraphOperationByName(graph(), name.c_str());
  if (operation == nullptr) throw Failure{TF_NOT_FOUND, "the graph has no operation " + name};
  return operation;
}

TF_Output Session::OutputOf(const std::string& name) const {
  const size_t colon = name.rfind(':');
  int index = 0;
  if (colon != std::string::npos) {
    const std::string digits = name.substr(colon + 1);
    if (digits.empty() || digits.size() > 6 || digits.find_first_not_of("0123456789") != std::string::npos) {
      Refuse("expected a name as \"node\" or \"node:1\", got \"" + name + "\"");
    }
    index = std::stoi(digits);
  }
  TF_Operation* operation = OperationOf(name.substr(0, colon));
  if (index >= TF_OperationNumOutputs(operation)) throw Failure{TF_NOT_FOUND, "the graph has no output " + name};
  return {operation, index};
}

bool Port::Fits(const Shape& given) const {
  if (!has_rank) return true;
  if (given.size() != shape.size()) return false;
  for (size_t i = 0; i < shape.size(); i++) {
    if (shape[i] >= 0 && shape[i] != given[i]) return false;
  }
  return true;
}

bool Port::IsKnown() const {
  for (int64_t size : shape) {
    if (size < 0) return false;
  }
  return has_rank;
}

static Port PortOf(const Session& session, const std::string& name) {
  Status status;
  const TF_Output output = session.OutputOf(name);
  const int rank = TF_GraphGetTensorNumDims(session.graph(), output, status);
  status.Check();
  Port port{output, TF_OperationOutputType(output), rank >= 0, Shape(rank >= 0 ? rank : 0)};
  TF_GraphGetTensorShape(session.graph(), output, port.shape.data(), static_cast<int>(port.shape.size()), status);
  if (rank >= 0) status.Check();
  return port;
}

// newSession(graphDef, config)
static napi_value NewSession(Env& env, const Args& args) {
  const Elements graph_def = args.Bytes(0);
  auto session = std::make_shared<Session>(graph_def, args.Bytes(1));
  return env.Wrap(std::move(session), 4 * graph_def.length);
}

static napi_value CloseSession(Env& env, const Args& args) {
  args.Get<Session>(0)->Close();
  return env.Undefined();
}

static napi_value WaitForRuns(Env& env, const Args& args) {
  args.Get<Session>(0)->WaitForRuns();
  return env.Undefined();
}

static napi_value ListDevices(Env& env, const Args& args) {
  auto session = args.Get<Session>(0);
  session->CheckOpen();
  Status status;
  DeviceList devices(TF_SessionListDevices(session->session(), status));
  status.Check();
  const int count = TF_DeviceListCount(devices.get());
  napi_value list = env.Array(count);
  for (int i = 0; i < count; i++) {
    const char* name = TF_DeviceListName(devices.get(), i, status);
    status.Check();
    Node(napi_set_element(env.node, list, i, env.String(name)));
  }
  return list;
}

// prepare(session, feeds, fetches, targets): names
static napi_value Prepare(Env& env, const Args& args) {
  auto call = std::make_shared<PreparedCall>();
  call->session = args.Get<Session>(0);
  for (const std::string& name : args.Strings(1)) call->feeds.push_back(PortOf(*call->session, name));
  for (const std::string& name : args.Strings(2)) call->fetches.push_back(PortOf(*call->session, name));
  for (const std::string& name : args.Strings(3)) call->targets.push_back(call->session->OperationOf(name));
  for (const Port& port : call->feeds) call->inputs.push_back(port.output);
  for (const Port& port : call->fetches) call->outputs.push_back(port.output);
  return env.Wrap(std::move(call));
}

// ports(call): of each feed, then of each fetch, the dtype and the shape; an unknown size is -1, an unknown shape missing
static napi_value Ports(Env& env, const Args& args) {
  auto call = args.Get<PreparedCall>(0);
  napi_value list = env.Array(0);
  uint32_t count = 0;
  for (const auto* ports : {&call->feeds, &call->fetches}) {
    for (const Port& port : *ports) {
      napi_value entry = env.Array(0);
      uint32_t length = 0;
      Node(napi_set_element(env.node, entry, length++, env.Number(port.dtype)));
      if (!port.has_rank) Node(napi_set_element(env.node, entry, length++, env.Undefined()));
      for (int64_t size : port.shape) Node(napi_set_element(env.node, entry, length++, env.Number(static_cast<double>(size))));
      Node(napi_set_element(env.node, list, count++, entry));
    }
  }
  return list;
}

static const Functions table({{"newSession", Entry<NewSession>},
                              {"closeSession", Entry<CloseSession>},
                              {"waitForRuns", Entry<WaitForRuns>},
                              {"listDevices", Entry<ListDevices>},
                              {"prepare", Entry<Prepare>},
                              {"ports", Entry<Ports>}});

}  // namespace unroll
