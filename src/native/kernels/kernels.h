// The arithmetic of small networks on one thread: what a plan's instructions call. Every matrix is row-major.
#pragma once
#include <cstdint>

namespace unroll {

enum Unary { NEG, TANH, SIGMOID, RELU, RELU6, ELU, SELU, SOFTPLUS, EXP, LOG, SQRT, RSQRT, SQUARE, ABS, UNARY_COUNT };
enum Binary { ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM, BINARY_COUNT };
enum Reduction { SUM, MEAN, MAX, MIN, REDUCTION_COUNT };

// The kernels of one level: each level is the same source (level.h), compiled for other instructions of the processor.
struct Kernels {
  const char* level;
  // C[m, n] = start + A[m, k] · B[k, n], whose rows are contiguous. start: a row for all rows of C, or C itself, or null for 0.
  // isBackward: sums from the last row of B to the first, so that what the cache still has of B is read first.
  void (*matmul)(int m, int k, int n, const float* a, const float* b, const float* start, float* c, bool isBackward);
  void (*unary)(int op, int64_t n, const float* x, float* y);
  // y = a op b. A step of 0 takes the same element for all of y, a step of 1 the next one.
  void (*binary)(int op, int64_t n, const float* a, int aStep, const float* b, int bStep, float* y);
  // Softmax of each of `rows` rows.
  void (*softmax)(int rows, int n, const float* x, float* y);
  // Reduces [outer, n, inner] to [outer, inner].
  void (*reduce)(int op, int outer, int n, int inner, const float* x, float* y);
  // One step of an LSTM from its pre-activations i, j, f, o, [4n]; peepholes i, f, o are [3n] or null. May write h over nothing else.
  void (*lstm)(int n, const float* gates, const float* c, const float* peepholes, float clip, float* nextC, float* h);
};

// Memory for `count` floats, which stays until this thread asks again.
float* Scratch(int64_t count);

extern const Kernels portableKernels;
#if defined(__x86_64__)
extern const Kernels avx2Kernels;
extern const Kernels avx512Kernels;
#endif

// The kernels in use: at first the fastest that the processor has.
const Kernels& InUse();
// Uses the kernels of a level from now on. Returns whether the processor has that level.
bool UseLevel(const char* level);
// The levels that the processor has, fastest first.
int LevelCount();
const char* LevelAt(int i);

}  // namespace unroll
