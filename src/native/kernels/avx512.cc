// The kernels for processors with AVX-512.
#if defined(__x86_64__)
#define KERNELS avx512Kernels
#define LEVEL "avx512"
#define FLOATS 16
#define TILE_ROWS 8
#define TILE_OF_ROW 16
#define TILE_OF_ROWS 3
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")
#pragma GCC diagnostic ignored "-Wpsabi"  // no function of vectors leaves this file
#include "level.h"
#endif
