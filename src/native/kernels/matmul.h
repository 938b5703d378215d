// Products of matrices. A tile of rows × vectors of C stays in registers over all of k, while B streams through. Where the
// columns are no multiple of a vector, the last vector of a tile overlaps the one before it.

template <int WIDTH>
struct Vector {
  typedef float type __attribute__((vector_size(4 * WIDTH)));
};
template <>
struct Vector<1> {
  typedef float type;
};

// The compiler keeps an array in registers only where each index is a constant.
#define UNROLL _Pragma("GCC unroll 16")

constexpr int64_t LARGE = 1 << 19;  // elements of a matrix that no core's cache holds: 2 MB

struct Product {
  int m, k;
  int64_t n;
  const float* a;
  const float* b;
  int64_t bStride;
  const float* start;  // null, a row, or C
  int64_t startStride;
  float* c;
  bool isBackward;  // whether the rows of B are read from the last to the first
};

// `last`: where the last of the vectors begins.
template <int WIDTH, int R, int C>
void tile(const Product& p, int row, int64_t column, int last, const float* b) {
  typedef typename Vector<WIDTH>::type T;
  const int k = p.k;
  const float* a = p.a + row * int64_t(k);
  int64_t bStride = p.bStride, aStep = 1;
  if (p.isBackward) {
    a += k - 1;
    b += (k - 1) * bStride;
    aStep = -1;
    bStride = -bStride;
  }
  T sums[R][C];
  UNROLL for (int r = 0; r < R; r++)
    UNROLL for (int v = 0; v < C; v++) {
      sums[r][v] = T{};
      if (p.start) memcpy(&sums[r][v], p.start + (row + r) * p.startStride + column + (v < C - 1 ? v * WIDTH : last), 4 * WIDTH);
    }
  for (int i = 0; i < k; i++, b += bStride) {
    T of[C];
    UNROLL for (int v = 0; v < C; v++) memcpy(&of[v], b + (v < C - 1 ? v * WIDTH : last), 4 * WIDTH);
    UNROLL for (int r = 0; r < R; r++) {
      const T x = a[r * int64_t(k) + i * aStep] - T{};
      UNROLL for (int v = 0; v < C; v++) sums[r][v] += x * of[v];
    }
  }
  UNROLL for (int r = 0; r < R; r++)
    UNROLL for (int v = 0; v < C; v++)
      memcpy(p.c + (row + r) * p.n + column + (v < C - 1 ? v * WIDTH : last), &sums[r][v], 4 * WIDTH);
}

typedef void (*Tile)(const Product&, int, int64_t, int, const float*);
template <int WIDTH, int R, int... C>
inline Tile tileOf(int columns, std::integer_sequence<int, C...>) {
  static constexpr Tile tiles[] = {tile<WIDTH, R, C + 1>...};
  return tiles[columns - 1];
}

// The tiles of all rows, for `columns` vectors from `column` on.
template <int WIDTH, int ONE, int FEW>
void strip(Product p, int64_t column, int columns, int last) {
  const float* b = p.b + column;
  if (p.m >= 4 * TILE_ROWS) {  // each tile reads this strip of B again: its rows, far apart, would push each other out of the cache
    const int64_t wide = last + WIDTH;
    if (float* packed = Scratch(p.k * wide)) {
      for (int i = 0; i < p.k; i++) memcpy(packed + i * wide, b + i * p.bStride, wide * 4);
      b = packed;
      p.bStride = wide;
    }
  }
  const auto few = std::make_integer_sequence<int, FEW>();
  int row = 0;
  if (p.m >= TILE_ROWS)
    for (const Tile run = tileOf<WIDTH, TILE_ROWS>(columns, few); row + TILE_ROWS <= p.m; row += TILE_ROWS) run(p, row, column, last, b);
  if (row + 4 <= p.m && TILE_ROWS > 4) tileOf<WIDTH, 4>(columns, few)(p, row, column, last, b), row += 4;
  if (row + 2 <= p.m) tileOf<WIDTH, 2>(columns, few)(p, row, column, last, b), row += 2;
  if (row < p.m) tileOf<WIDTH, 1>(columns, std::make_integer_sequence<int, (FEW > ONE ? FEW : ONE)>())(p, row, column, last, b);
}

// ONE, FEW: how many vectors a tile of one row, or of more, has at most.
template <int WIDTH, int ONE, int FEW>
void strips(const Product& p) {
  const int vectors = (p.n + WIDTH - 1) / WIDTH;
  const int most = p.m == 1 ? ONE : FEW;
  const int count = (vectors + most - 1) / most;
  for (int i = 0; i < count; i++) {
    const int at = p.isBackward ? count - 1 - i : i;
    const int64_t begin = at * int64_t(vectors) / count, next = (at + 1) * int64_t(vectors) / count;
    const int64_t end = next * WIDTH;
    strip<WIDTH, ONE, FEW>(p, begin * WIDTH, next - begin, (end > p.n ? p.n : end) - WIDTH - begin * WIDTH);
  }
}

// One row of C by a large matrix: several rows of B at a time are read from end to end, because memory is slower where each read is
// far from the one before.
void rowByLarge(const Product& p) {
  constexpr int R = 8;
  const int n = p.n;
  if (!p.start) memset(p.c, 0, n * size_t(4));
  else if (p.start != p.c) memcpy(p.c, p.start, n * size_t(4));
  for (int row = 0; row < p.k; row += R) {
    const int rows = p.k - row < R ? p.k - row : R;
    const float* b = p.b + row * p.n;
    int v = 0;
    for (; v + W <= n && rows == R; v += W) {
      F sum = load(p.c + v);
      UNROLL for (int r = 0; r < R; r++) sum += p.a[row + r] * load(b + r * p.n + v);
      store(p.c + v, sum);
    }
    for (; v < n; v++)
      for (int r = 0; r < rows; r++) p.c[v] += p.a[row + r] * b[r * p.n + v];
  }
}

// The last vector of a strip may overlap only a vector of the same strip, else what is added to C would be added twice.
static_assert(TILE_OF_ROW >= 3 && TILE_OF_ROWS >= 3, "strips of at most 2 vectors would leave one vector alone");

void matmul(int m, int k, int n, const float* a, const float* b, const float* start, float* c, bool isBackward) {
  const Product p = {m, k, n, a, b, n, start, start == c ? n : 0, c, isBackward && m < 4 * TILE_ROWS};
  if (m == 1 && n >= W && int64_t(k) * n > LARGE) rowByLarge(p);
  else if (n >= W) strips<W, TILE_OF_ROW, TILE_OF_ROWS>(p);
  else if (n >= 8) strips<8, 2, 2>(p);
  else if (n >= 4) strips<4, 2, 2>(p);
  else strips<1, 3, 3>(p);
}
