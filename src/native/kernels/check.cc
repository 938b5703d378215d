// Checks that no instruction reads or writes outside the arena.
#include "kernels.h"
#include "plan.h"

namespace unroll {
namespace {

class Arena {
 public:
  explicit Arena(int64_t words) : words_(words) {}
  // Whether `count` words from `at` on lie inside.
  bool Has(int32_t at, int64_t count) const { return count >= 0 && count <= words_ && at >= 0 && at <= words_ - count; }
  bool Has(int32_t at, int64_t a, int64_t b, int64_t c = 1) const {
    const auto product = static_cast<__int128>(a) * b * c;
    return a >= 0 && b >= 0 && c >= 0 && product <= words_ && Has(at, static_cast<int64_t>(product));
  }
  bool HasOrNone(int32_t at, int64_t count) const { return at == -1 || Has(at, count); }
  // Whether all elements of a strided array lie inside.
  bool HasStrided(int32_t at, int rank, const int32_t* sizes, const int32_t* strides) const {
    int64_t least = at, most = at;
    for (int i = 0; i < rank; i++) {
      if (sizes[i] < 0) return false;
      if (sizes[i] == 0) return true;
      const int64_t reach = (sizes[i] - int64_t(1)) * strides[i];
      (reach < 0 ? least : most) += reach;
    }
    return least >= 0 && most < words_;
  }

 private:
  const int64_t words_;
};

bool IsBinaryRight(const int32_t* p, const Arena& arena) {
  const auto isStep = [](int32_t stride) { return stride == 0 || stride == 1; };
  return p[0] >= 0 && p[0] < BINARY_COUNT && isStep(p[9]) && isStep(p[12]) && arena.Has(p[1], p[4], p[5], p[6]) &&
         arena.HasStrided(p[2], 3, p + 4, p + 7) && arena.HasStrided(p[3], 3, p + 4, p + 10);
}

bool IsMatmulRight(const int32_t* p, const Arena& arena) {
  const bool hasStart = p[5] == -1 || p[5] == p[6] || arena.Has(p[5], p[2]);
  return p[2] > 0 && hasStart && arena.Has(p[3], p[0], p[1]) && arena.Has(p[4], p[1], p[2]) && arena.Has(p[6], p[0], p[2]);
}

bool IsLSTMRight(const int32_t* p, const Arena& arena) {
  const int64_t rows = p[0], n = p[1];
  return arena.Has(p[2], rows, n, 4) && arena.Has(p[3], rows, n) && (p[4] == -1 || arena.Has(p[4], 3, n)) && arena.Has(p[6], rows, n) &&
         arena.Has(p[7], rows, n);
}

bool IsRight(const Instruction& instruction, const Arena& arena) {
  const int32_t* p = instruction.p;
  switch (instruction.op) {
    case COPY: return arena.HasStrided(p[0], 4, p + 2, p + 6) && arena.HasStrided(p[1], 4, p + 2, p + 10);
    case MATMUL: return IsMatmulRight(p, arena);
    case UNARY: return p[0] >= 0 && p[0] < UNARY_COUNT && arena.Has(p[2], p[1]) && arena.Has(p[3], p[1]);
    case BINARY: return IsBinaryRight(p, arena);
    case SOFTMAX: return arena.Has(p[2], p[0], p[1]) && arena.Has(p[3], p[0], p[1]);
    case REDUCE:
      return p[0] >= 0 && p[0] < REDUCTION_COUNT && p[2] > 0 && arena.Has(p[4], p[1], p[2], p[3]) && arena.Has(p[5], p[1], p[3]);
    case LSTM: return IsLSTMRight(p, arena);
    case GATHER: return arena.Has(p[3], p[1], p[2]) && arena.Has(p[4], p[0]) && arena.Has(p[5], p[0], p[1]);
    case ARGMAX: return p[1] > 0 && arena.Has(p[3], p[0], p[1], p[2]) && arena.Has(p[4], p[0], p[2]);
    case ONE_HOT: return arena.Has(p[4], p[0]) && arena.Has(p[5], p[0], p[1]);
    case TO_FLOAT:
    case TO_INT: return arena.Has(p[1], p[0]) && arena.Has(p[2], p[0]);
    default: return false;
  }
}

}  // namespace

std::string Problem(const std::vector<Instruction>& instructions, int64_t words) {
  const Arena arena(words);
  for (size_t i = 0; i < instructions.size(); i++) {
    if (!IsRight(instructions[i], arena)) return "instruction " + std::to_string(i) + " is unknown, or reaches outside the arena";
  }
  return "";
}

}  // namespace unroll
