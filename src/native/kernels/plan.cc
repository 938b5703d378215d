// Runs a plan.
#include "plan.h"

#include <cstring>

#include "kernels.h"

namespace unroll {
namespace {

void Copy(const int32_t* p, float* arena) {
  const int32_t *sizes = p + 2, *to = p + 6, *from = p + 10;
  for (int i = 0; i < sizes[0]; i++)
    for (int j = 0; j < sizes[1]; j++)
      for (int k = 0; k < sizes[2]; k++) {
        float* y = arena + p[0] + int64_t(i) * to[0] + int64_t(j) * to[1] + int64_t(k) * to[2];
        const float* x = arena + p[1] + int64_t(i) * from[0] + int64_t(j) * from[1] + int64_t(k) * from[2];
        if (to[3] == 1 && from[3] == 1) memmove(y, x, sizes[3] * size_t(4));
        else for (int64_t l = 0; l < sizes[3]; l++) memcpy(y + l * to[3], x + l * from[3], 4);  // may be int32
      }
}

void ForPairs(const int32_t* p, float* arena) {
  const int32_t *sizes = p + 4, *ofA = p + 7, *ofB = p + 10;
  float* y = arena + p[1];
  for (int i = 0; i < sizes[0]; i++)
    for (int j = 0; j < sizes[1]; j++, y += sizes[2]) {
      const float* a = arena + p[2] + int64_t(i) * ofA[0] + int64_t(j) * ofA[1];
      const float* b = arena + p[3] + int64_t(i) * ofB[0] + int64_t(j) * ofB[1];
      InUse().binary(p[0], sizes[2], a, ofA[2], b, ofB[2], y);
    }
}

void Step(const int32_t* p, float* arena) {
  const int64_t n = p[1];
  const float* peepholes = p[4] < 0 ? nullptr : arena + p[4];
  float clip;
  memcpy(&clip, p + 5, 4);
  for (int64_t row = 0; row < p[0]; row++) {
    InUse().lstm(n, arena + p[2] + row * 4 * n, arena + p[3] + row * n, peepholes, clip, arena + p[6] + row * n, arena + p[7] + row * n);
  }
}

// Returns the first element whose index the table does not have; −1 where there is none.
int32_t Gather(const int32_t* p, float* arena) {
  const auto* indices = reinterpret_cast<const int32_t*>(arena + p[4]);
  for (int32_t i = 0; i < p[0]; i++) {
    if (indices[i] < 0 || indices[i] >= p[2]) return i;
    memcpy(arena + p[5] + int64_t(i) * p[1], arena + p[3] + int64_t(indices[i]) * p[1], p[1] * size_t(4));
  }
  return -1;
}

void ArgMax(const int32_t* p, float* arena) {
  const int64_t n = p[1], inner = p[2];
  auto* y = reinterpret_cast<int32_t*>(arena + p[4]);
  for (int o = 0; o < p[0]; o++)
    for (int64_t i = 0; i < inner; i++) {
      const float* x = arena + p[3] + o * n * inner + i;
      int32_t best = 0;
      for (int32_t k = 1; k < n; k++)
        if (x[k * inner] > x[best * inner]) best = k;
      *y++ = best;
    }
}

void OneHot(const int32_t* p, float* arena) {
  const auto* indices = reinterpret_cast<const int32_t*>(arena + p[4]);
  for (int64_t i = 0; i < p[0]; i++)
    for (int32_t k = 0; k < p[1]; k++) memcpy(arena + p[5] + i * p[1] + k, indices[i] == k ? p + 2 : p + 3, 4);
}

void ToFloat(const int32_t* p, float* arena) {
  const auto* x = reinterpret_cast<const int32_t*>(arena + p[1]);
  for (int32_t i = 0; i < p[0]; i++) arena[p[2] + i] = static_cast<float>(x[i]);
}

// Toward zero; what no int32 is becomes the least one, as the processor's conversion does it.
void ToInt(const int32_t* p, float* arena) {
  auto* y = reinterpret_cast<int32_t*>(arena + p[2]);
  for (int32_t i = 0; i < p[0]; i++) {
    const float x = arena[p[1] + i];
    y[i] = x >= -2147483648.f && x < 2147483648.f ? static_cast<int32_t>(x) : INT32_MIN;
  }
}

// Numbers below 1e-38 count as 0 while a plan runs, as in TensorFlow: with them, arithmetic is a hundred times slower.
class FlushDenormals {
#if defined(__x86_64__)
 public:
  FlushDenormals() : before_(__builtin_ia32_stmxcsr()) { __builtin_ia32_ldmxcsr(before_ | 0x8040); }
  ~FlushDenormals() { __builtin_ia32_ldmxcsr(before_); }

 private:
  const unsigned before_;
#endif
};

}  // namespace

Fault Run(const std::vector<Instruction>& instructions, float* arena) {
  const FlushDenormals flush;
  const Kernels& use = InUse();
  for (size_t i = 0; i < instructions.size(); i++) {
    const int32_t* p = instructions[i].p;
    switch (instructions[i].op) {
      case COPY: Copy(p, arena); break;
      case MATMUL: {
        const float* start = p[5] < 0 ? nullptr : arena + p[5];
        use.matmul(p[0], p[1], p[2], arena + p[3], arena + p[4], start, arena + p[6], p[7] != 0);
        break;
      }
      case UNARY: use.unary(p[0], p[1], arena + p[2], arena + p[3]); break;
      case BINARY: ForPairs(p, arena); break;
      case SOFTMAX: use.softmax(p[0], p[1], arena + p[2], arena + p[3]); break;
      case REDUCE: use.reduce(p[0], p[1], p[2], p[3], arena + p[4], arena + p[5]); break;
      case LSTM: Step(p, arena); break;
      case GATHER: {
        const int32_t element = Gather(p, arena);
        if (element < 0) break;
        int32_t index;
        memcpy(&index, arena + p[4] + element, 4);
        return {true, static_cast<int32_t>(i), element, index};
      }
      case ARGMAX: ArgMax(p, arena); break;
      case ONE_HOT: OneHot(p, arena); break;
      case TO_FLOAT: ToFloat(p, arena); break;
      default: ToInt(p, arena); break;
    }
  }
  return {};
}

}  // namespace unroll
