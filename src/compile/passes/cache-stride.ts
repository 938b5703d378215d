/** The float32 numbers in 2 KB. */
const ALIASING_STRIDE = 512;

/**
 * Whether a matrix of so many columns slows a matmul down because its rows alias in the cache. Rows of a multiple of 2 KB
 * begin in the same few sets of a processor's first cache and evict each other: on processors with AVX2 a matmul by 1,024
 * columns takes twice as long as one by 1,040, and one by 512 columns half as long again as one by 528.
 */
export const isCacheAliasingStride = (columns: number): boolean => columns > 0 && columns % ALIASING_STRIDE === 0;
