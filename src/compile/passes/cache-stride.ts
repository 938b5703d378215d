/** The float32 numbers in 2 KB. */
const BAD_STRIDE = 512;

/**
 * Whether a matrix of so many columns hinders a product. Rows of a multiple of 2 KB all begin in the same few places of a
 * processor's first cache and push each other out: on processors with AVX2 a product by 1,024 columns takes twice as long as
 * by 1,040, and by 512 half as long again as by 528.
 */
export const isCacheAliasingStride = (columns: number): boolean => columns > 0 && columns % BAD_STRIDE === 0;
