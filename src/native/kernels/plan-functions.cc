// Plans and kernels, as functions for JavaScript.
#include <cstring>

#include "../addon/addon.h"
#include "kernels.h"
#include "plan.h"

namespace unroll {
namespace {

// One of the two lists of a plan. Both share the arena, which the function that runs a list keeps alive.
struct List {
  std::vector<Instruction> instructions;
  napi_ref memory = nullptr;
  float* arena = nullptr;
};

constexpr size_t kAlignment = 64;  // a vector of AVX-512 that begins elsewhere is read as two

// Runs the list that the function was made for. Returns undefined; or [instruction, element, index] of a look-up that failed.
napi_value RunList(napi_env node, napi_callback_info info) {
  void* data = nullptr;
  if (napi_get_cb_info(node, info, nullptr, nullptr, nullptr, &data) != napi_ok) return nullptr;
  const List& list = *static_cast<List*>(data);
  const Fault fault = Run(list.instructions, list.arena);
  if (!fault.found) return nullptr;
  napi_value place = nullptr;
  if (napi_create_array_with_length(node, 3, &place) != napi_ok) return nullptr;
  const int32_t numbers[] = {fault.instruction, fault.element, fault.index};
  for (uint32_t i = 0; i < 3; i++) {
    napi_value number;
    if (napi_create_int32(node, numbers[i], &number) == napi_ok) napi_set_element(node, place, i, number);
  }
  return place;
}

void FreeList(napi_env node, void* data, void*) {
  auto* list = static_cast<List*>(data);
  napi_delete_reference(node, list->memory);
  delete list;
}

struct Arena {
  napi_value buffer, words;
  float* begin;
};

// A Float32Array of zeros on a boundary of `kAlignment`.
Arena NewArena(napi_env node, size_t words) {
  Arena arena;
  void* memory;
  Node(napi_create_arraybuffer(node, words * 4 + kAlignment, &memory, &arena.buffer));
  memset(memory, 0, words * 4 + kAlignment);
  const size_t offset = (kAlignment - reinterpret_cast<uintptr_t>(memory) % kAlignment) % kAlignment;
  Node(napi_create_typedarray(node, napi_float32_array, words, arena.buffer, offset, &arena.words));
  arena.begin = reinterpret_cast<float*>(static_cast<char*>(memory) + offset);
  return arena;
}

std::unique_ptr<List> ListOf(const Args& args, size_t argument, size_t words) {
  Elements numbers;
  constexpr size_t kNumbers = sizeof(Instruction) / 4;
  if (!args.ElementsOf(args.values[argument], &numbers) || numbers.type != napi_int32_array || numbers.length % kNumbers != 0) {
    Refuse("preparePlan: argument " + std::to_string(argument) + ": expected an Int32Array of " + std::to_string(kNumbers) +
           " numbers for each instruction");
  }
  auto list = std::make_unique<List>();
  list->instructions.resize(numbers.length / kNumbers);
  if (numbers.length > 0) memcpy(list->instructions.data(), numbers.data, numbers.bytes);
  const std::string problem = Problem(list->instructions, words);
  if (!problem.empty()) Refuse("preparePlan: argument " + std::to_string(argument) + ": " + problem);
  return list;
}

napi_value FunctionOf(napi_env node, std::unique_ptr<List> list, const Arena& arena) {
  napi_value run;
  Node(napi_create_function(node, "run", NAPI_AUTO_LENGTH, RunList, list.get(), &run));
  list->arena = arena.begin;
  Node(napi_create_reference(node, arena.buffer, 1, &list->memory));
  Node(napi_add_finalizer(node, run, list.get(), FreeList, nullptr, nullptr));
  list.release();
  return run;
}

// preparePlan(once, each, words) takes two lists of instructions. Returns two functions that run them, and their arena.
napi_value PreparePlan(Env& env, const Args& args) {
  const auto words = static_cast<size_t>(args.Number(2, 1, INT32_MAX));
  auto once = ListOf(args, 0, words), each = ListOf(args, 1, words);
  const Arena arena = NewArena(env.node, words);
  napi_value all = env.Array(3);
  Node(napi_set_element(env.node, all, 0, FunctionOf(env.node, std::move(once), arena)));
  Node(napi_set_element(env.node, all, 1, FunctionOf(env.node, std::move(each), arena)));
  Node(napi_set_element(env.node, all, 2, arena.words));
  return all;
}

// kernelLevels() returns the names of the levels that the processor has, fastest first.
napi_value KernelLevels(Env& env, const Args&) {
  napi_value names = env.Array(LevelCount());
  for (int i = 0; i < LevelCount(); i++) Node(napi_set_element(env.node, names, i, env.String(LevelAt(i))));
  return names;
}

// useKernels(level) makes all plans of the process run with the kernels of a level, for tests.
napi_value UseKernels(Env&, const Args& args) {
  const std::string level = args.String(args.values[0], "argument 0");
  if (!UseLevel(level.c_str())) Refuse("useKernels: the processor has no level \"" + level + "\"");
  return nullptr;
}

const Functions table({{"preparePlan", Entry<PreparePlan>}, {"kernelLevels", Entry<KernelLevels>}, {"useKernels", Entry<UseKernels>}});

}  // namespace
}  // namespace unroll
