// The kernels for processors with AVX2 and FMA.
#if defined(__x86_64__)
#define KERNELS avx2Kernels
#define LEVEL "avx2"
#define FLOATS 8
#define TILE_ROWS 4
#define TILE_OF_ROW 8
#define TILE_OF_ROWS 3
#pragma GCC target("avx2,fma")
#pragma GCC diagnostic ignored "-Wpsabi"  // no function of vectors leaves this file
#include "level.h"
#endif
