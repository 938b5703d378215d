// The kernels of one level. A file of a level says for which instructions the compiler compiles, names the kernels, and says how
// large vectors and tiles are; then it includes this file. Nothing here may instantiate a template of the standard library: the
// linker could take its code, with this level's instructions, for code of other files.
#include <cstring>
#include <utility>

#include "kernels.h"

namespace unroll {
namespace {

constexpr int W = FLOATS;  // in a vector
using std::integer_sequence;

typedef float F __attribute__((vector_size(4 * W)));
typedef int32_t I __attribute__((vector_size(4 * W)));

inline F load(const float* p) {
  F x;
  memcpy(&x, p, sizeof x);
  return x;
}
inline void store(float* p, F x) { memcpy(p, &x, sizeof x); }
inline F all(float x) { return x - F{}; }  // not x + 0, which makes +0 of −0
// The first n elements, then zeros.
inline F loadPart(const float* p, int n) {
  F x{};
  memcpy(&x, p, n * 4);
  return x;
}
inline void storePart(float* p, F x, int n) { memcpy(p, &x, n * 4); }

#include "functions.h"
#include "elementwise.h"
#include "matmul.h"

}  // namespace

extern const Kernels KERNELS = {LEVEL, matmul, unary, binary, softmax, reduce, lstm};

}  // namespace unroll
