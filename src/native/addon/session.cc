#include "session.h"

#include <algorithm>

namespace unroll {

Session::Session(const Elements& graph_def, const Elements& config) {
  Status status;
  const Buffer bytes(TF_NewBufferFromString(graph_def.data, graph_def.length));
  const Owned<TF_ImportGraphDefOptions, TF_DeleteImportGraphDefOptions> how(TF_NewImportGraphDefOptions());
  TF_GraphImportGraphDef(graph(), bytes.get(), how.get(), status);
  status.Check();
  const Owned<TF_SessionOptions, TF_DeleteSessionOptions> options(TF_NewSessionOptions());
  TF_SetConfig(options.get(), config.data, config.length, status);
  status.Check();
  session_ = TF_NewSession(graph(), options.get(), status);
  status.Check();
}

Session::~Session() {
  if (session_ == nullptr) return;
  Close();
  Status ignored; // a session that ends badly is freed all the same
  TF_DeleteSession(session_, ignored);
}

void Session::CheckOpen() const {
  if (is_closed_) throw Failure{TF_FAILED_PRECONDITION, "the session is closed"};
}

void Session::Close() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (is_closed_) return;
    is_closed_ = true;
  }
  Status ignored;
  TF_CloseSession(session_, ignored);
}

void Session::CountRuns(int more) {
  std::lock_guard<std::mutex> lock(mutex_);
  runs_ += more;
  has_ended_.notify_all();
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
  const std::string digits = colon == std::string::npos ? "0" : name.substr(colon + 1);
  if (digits.empty() || digits.size() > 6 || digits.find_first_not_of("0123456789") != std::string::npos) {
    Refuse("expected a name as \"node\" or \"node:1\", got \"" + name + "\"");
  }
  const TF_Output output{OperationOf(name.substr(0, colon)), std::stoi(digits)};
  if (output.index < TF_OperationNumOutputs(output.oper)) return output;
  throw Failure{TF_NOT_FOUND, "the graph has no output " + name};
}

namespace {

// newSession(graphDef, config)
napi_value NewSession(Env& env, const Args& args) {
  const Elements graph_def = args.Bytes(0);
  return env.Wrap(std::make_shared<Session>(graph_def, args.Bytes(1)), 4 * graph_def.length);
}

napi_value CloseSession(Env&, const Args& args) {
  args.Get<Session>(0)->Close();
  return nullptr;
}

napi_value WaitForRuns(Env&, const Args& args) {
  args.Get<Session>(0)->WaitForRuns();
  return nullptr;
}

napi_value ListDevices(Env& env, const Args& args) {
  const auto session = args.Get<Session>(0);
  session->CheckOpen();
  Status status;
  const Owned<TF_DeviceList, TF_DeleteDeviceList> devices(TF_SessionListDevices(session->session(), status));
  status.Check();
  std::vector<napi_value> names;
  for (int i = 0; i < TF_DeviceListCount(devices.get()); i++) {
    const char* name = TF_DeviceListName(devices.get(), i, status);
    status.Check();
    names.push_back(env.String(name));
  }
  return env.Array(names);
}

PreparedCall::Port PortOf(TF_Graph* graph, TF_Output output) {
  Status status;
  const int rank = TF_GraphGetTensorNumDims(graph, output, status);
  status.Check();
  PreparedCall::Port port{TF_OperationOutputType(output), rank, Shape(std::max(rank, 0))};
  if (rank > 0) TF_GraphGetTensorShape(graph, output, port.shape.data(), rank, status);
  status.Check();
  return port;
}

// prepare(session, feeds, fetches, targets), of names: the call, then what the graph says of each feed and fetch
napi_value Prepare(Env& env, const Args& args) {
  auto call = std::make_shared<PreparedCall>();
  call->session = args.Get<Session>(0);
  for (const std::string& name : args.Strings(1)) call->inputs.push_back(call->session->OutputOf(name));
  for (const std::string& name : args.Strings(2)) call->outputs.push_back(call->session->OutputOf(name));
  for (const std::string& name : args.Strings(3)) call->targets.push_back(call->session->OperationOf(name));
  std::vector<napi_value> list{env.Wrap(call)};
  for (const auto* outputs : {&call->inputs, &call->outputs}) {
    for (const TF_Output output : *outputs) {
      const PreparedCall::Port port = PortOf(call->session->graph(), output);
      list.push_back(DescriptionOf(env, port.dtype, port.rank, port.shape));
      if (outputs == &call->inputs) call->feeds.push_back(port);
    }
  }
  return env.Array(list);
}

const Functions table({{"newSession", Entry<NewSession>},
                       {"closeSession", Entry<CloseSession>},
                       {"waitForRuns", Entry<WaitForRuns>},
                       {"listDevices", Entry<ListDevices>},
                       {"prepare", Entry<Prepare>}});

}  // namespace

}  // namespace unroll
