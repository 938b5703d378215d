// Which level of kernels is in use.
#include <cstdlib>
#include <cstring>

#include "kernels.h"

namespace unroll {
namespace {

// The levels that the processor has, fastest first.
struct Levels {
  const Kernels* all[3];
  int count = 0;
  const Kernels* inUse;
  Levels() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool hasAVX2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool hasAVX512 = hasAVX2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
    if (hasAVX512) all[count++] = &avx512Kernels;
    if (hasAVX2) all[count++] = &avx2Kernels;
#endif
    all[count++] = &portableKernels;
    inUse = all[0];
  }
};

Levels& known() {
  static Levels levels;
  return levels;
}

struct ScratchMemory {
  float* memory = nullptr;
  int64_t count = 0;
  ~ScratchMemory() { free(memory); }
};

}  // namespace

const Kernels& InUse() { return *known().inUse; }

int LevelCount() { return known().count; }
const char* LevelAt(int i) { return known().all[i]->level; }

bool UseLevel(const char* level) {
  for (int i = 0; i < known().count; i++) {
    if (strcmp(known().all[i]->level, level) != 0) continue;
    known().inUse = known().all[i];
    return true;
  }
  return false;
}

float* Scratch(int64_t count) {
  static thread_local ScratchMemory own;
  if (own.count < count) {
    free(own.memory);
    own.memory = static_cast<float*>(aligned_alloc(64, (count * 4 + 63) / 64 * 64));
    own.count = own.memory ? count : 0;
  }
  return own.memory;
}

}  // namespace unroll
