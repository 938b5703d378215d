// The kernels for any processor: vectors of four floats, which the compiler writes with what the processor has.
#define KERNELS portableKernels
#define LEVEL "portable"
#define FLOATS 4
#define TILE_ROWS 4
#define TILE_OF_ROW 8
#define TILE_OF_ROWS 3
#pragma GCC diagnostic ignored "-Wpsabi"  // no function of vectors leaves this file
#include "level.h"
