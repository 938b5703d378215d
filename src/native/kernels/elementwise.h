// Functions of each element, of pairs of elements, and of rows.

template <int op>
inline F unaryOf(F x) {
  if (op == NEG) return -x;
  if (op == TANH) return hyperbolicTangent(x);
  if (op == SIGMOID) return sigmoid(x);
  if (op == RELU) return maximum(x, F{});
  if (op == RELU6) return minimum(maximum(x, F{}), all(6));
  if (op == ELU) return x < 0.f ? exponential(x) - 1.f : x;
  if (op == SELU) return x < 0.f ? (exponential(x) - 1.f) * 1.7580993408473766f : x * 1.0507009873554805f;
  if (op == SOFTPLUS) return softplus(x);
  if (op == EXP) return exponential(x);
  if (op == LOG) return each<logarithm>(x);
  if (op == SQRT) return each<squareRoot>(x);
  if (op == RSQRT) return 1.f / each<squareRoot>(x);
  if (op == SQUARE) return x * x;
  return (F)((I)x & 0x7fffffff);
}

template <int op>
void unaryLoop(int64_t n, const float* x, float* y) {
  int64_t i = 0;
  for (; i + W <= n; i += W) store(y + i, unaryOf<op>(load(x + i)));
  if (i < n) storePart(y + i, unaryOf<op>(loadPart(x + i, n - i)), n - i);
}

typedef void (*UnaryLoop)(int64_t, const float*, float*);
template <int... op>
inline void runUnary(int which, int64_t n, const float* x, float* y, std::integer_sequence<int, op...>) {
  static const UnaryLoop loops[] = {unaryLoop<op>...};
  loops[which](n, x, y);
}
void unary(int op, int64_t n, const float* x, float* y) {
  runUnary(op, n, x, y, std::make_integer_sequence<int, UNARY_COUNT>());
}

template <int op>
inline F binaryOf(F a, F b) {
  if (op == ADD) return a + b;
  if (op == SUB) return a - b;
  if (op == MUL) return a * b;
  if (op == DIV) return a / b;
  return op == MAXIMUM ? maximum(a, b) : minimum(a, b);
}

template <int op>
void binaryLoop(int64_t n, const float* a, int aStep, const float* b, int bStep, float* y) {
  const F oneA = all(*a), oneB = all(*b);
  int64_t i = 0;
  for (; i + W <= n; i += W) store(y + i, binaryOf<op>(aStep ? load(a + i) : oneA, bStep ? load(b + i) : oneB));
  if (i == n) return;
  const int rest = n - i;
  storePart(y + i, binaryOf<op>(aStep ? loadPart(a + i, rest) : oneA, bStep ? loadPart(b + i, rest) : oneB), rest);
}

void binary(int op, int64_t n, const float* a, int aStep, const float* b, int bStep, float* y) {
  if (n == 0) return;
  switch (op) {
    case ADD: return binaryLoop<ADD>(n, a, aStep, b, bStep, y);
    case SUB: return binaryLoop<SUB>(n, a, aStep, b, bStep, y);
    case MUL: return binaryLoop<MUL>(n, a, aStep, b, bStep, y);
    case DIV: return binaryLoop<DIV>(n, a, aStep, b, bStep, y);
    case MAXIMUM: return binaryLoop<MAXIMUM>(n, a, aStep, b, bStep, y);
    default: return binaryLoop<MINIMUM>(n, a, aStep, b, bStep, y);
  }
}

template <int op>
float reduceRow(int64_t n, const float* x) {
  constexpr int join = op == MAX ? MAXIMUM : op == MIN ? MINIMUM : ADD;
  F sums = all(op == MAX ? -__builtin_inff() : op == MIN ? __builtin_inff() : 0);
  int64_t i = 0;
  for (; i + W <= n; i += W) sums = binaryOf<join>(sums, load(x + i));
  float y = sums[0];
  for (int lane = 1; lane < W; lane++) y = binaryOf<join>(all(y), all(sums[lane]))[0];
  for (; i < n; i++) y = binaryOf<join>(all(y), all(x[i]))[0];
  return op == MEAN ? y / n : y;
}

template <int op>
void reduceLoop(int outer, int n, int inner, const float* x, float* y) {
  constexpr int join = op == MAX ? MAXIMUM : op == MIN ? MINIMUM : ADD;
  for (int o = 0; o < outer; o++, x += int64_t(n) * inner, y += inner) {
    if (inner == 1) {
      *y = reduceRow<op>(n, x);
      continue;
    }
    for (int i = 0; i < inner; i++) y[i] = op == MAX ? -__builtin_inff() : op == MIN ? __builtin_inff() : 0;
    for (int row = 0; row < n; row++) binaryLoop<join>(inner, y, 1, x + int64_t(row) * inner, 1, y);
    if (op == MEAN) for (int i = 0; i < inner; i++) y[i] /= n;
  }
}

void reduce(int op, int outer, int n, int inner, const float* x, float* y) {
  if (op == SUM) reduceLoop<SUM>(outer, n, inner, x, y);
  if (op == MEAN) reduceLoop<MEAN>(outer, n, inner, x, y);
  if (op == MAX) reduceLoop<MAX>(outer, n, inner, x, y);
  if (op == MIN) reduceLoop<MIN>(outer, n, inner, x, y);
}

void softmax(int rows, int n, const float* x, float* y) {
  for (int row = 0; row < rows; row++, x += n, y += n) {
    const float top = reduceRow<MAX>(n, x);
    binaryLoop<SUB>(n, x, 1, &top, 0, y);
    unaryLoop<EXP>(n, y, y);
    const float sum = reduceRow<SUM>(n, y);
    binaryLoop<DIV>(n, y, 1, &sum, 0, y);
  }
}

// The units from `at` on: a vector of them, or the last `count`.
template <bool WHOLE>
inline void lstmUnits(int n, int at, int count, const float* gates, const float* c, const float* peepholes, float clip, float* nextC,
                      float* h) {
  const auto get = [=](const float* from) { return WHOLE ? load(from + at) : loadPart(from + at, count); };
  const auto put = [=](float* to, F x) { WHOLE ? store(to + at, x) : storePart(to + at, x, count); };
  const F before = get(c);
  F i = get(gates), f = get(gates + 2 * n), o = get(gates + 3 * n);
  if (peepholes) {
    i += get(peepholes) * before;
    f += get(peepholes + n) * before;
  }
  F now = sigmoidTimesTanh(i, get(gates + n)) + before * sigmoid(f);
  if (clip > 0) now = clamp(now, -clip, clip);
  if (peepholes) o += get(peepholes + 2 * n) * now;
  put(nextC, now);
  put(h, sigmoidTimesTanh(o, now));
}

void lstm(int n, const float* gates, const float* c, const float* peepholes, float clip, float* nextC, float* h) {
  int at = 0;
  for (; at + W <= n; at += W) lstmUnits<true>(n, at, W, gates, c, peepholes, clip, nextC, h);
  if (at < n) lstmUnits<false>(n, at, n - at, gates, c, peepholes, clip, nextC, h);
}
