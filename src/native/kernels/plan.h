// A plan: a list of instructions over one arena of 4-byte words, which hold float32 or int32. Running a plan is one pass over the list.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace unroll {

// Each operand is the position of a word in the arena. src/compile/plan/instructions.ts writes these numbers.
enum Op : int32_t {
  COPY,     // y, x, 4 sizes, 4 strides of y, 4 strides of x
  MATMUL,   // m, k, n, a, b, start (the position of a row, or c, or −1), c, whether backward
  UNARY,    // which, n, x, y
  BINARY,   // which, y, a, b, 3 sizes, 3 strides of a, 3 strides of b; y is contiguous, the last strides are 0 or 1
  SOFTMAX,  // rows, n, x, y
  REDUCE,   // which, outer, n, inner, x, y
  LSTM,     // rows, n, gates, c, peepholes or −1, clip (bits of a float; 0: none), next c, h
  GATHER,   // count, width, rows of the table, table, indices, y
  ARGMAX,   // outer, n, inner, x, y (int32)
  ONE_HOT,  // count, depth, on and off (bits of floats), indices, y
  TO_FLOAT, // n, x (int32), y
  TO_INT,   // n, x, y (int32)
  OP_COUNT
};

struct Instruction {
  int32_t op;
  int32_t p[15];
};

// A look-up by an index that its table does not have.
struct Fault {
  bool found = false;
  int32_t instruction, element, index;
};

// Says what is wrong with the instructions: an unknown op, or an operand outside the arena. Empty where all is right.
std::string Problem(const std::vector<Instruction>& instructions, int64_t words);

// Runs checked instructions. After a fault no further instruction runs.
Fault Run(const std::vector<Instruction>& instructions, float* arena);

}  // namespace unroll
