/** Floats of 16 and 8 bits: their bits as numbers, exactly, and numbers as the bits of the nearest. */

const wordOf = new Uint32Array(1);
const floatOf = new Float32Array(wordOf.buffer);

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
export const half = (bits: number): number => smallFloat(bits, 5, 10, true);

/** Two kinds of the Open Compute Project's OFP8: E5M2 is the upper half of a binary16. */
export const float8E5M2 = (bits: number): number => half(bits << 8);

/** E4M3 (PyTorch's `float8_e4m3fn`) has no infinity, and NaN only where all bits but the sign are 1. */
export const float8E4M3 = (bits: number): number =>
  (bits & 0x7f) === 0x7f ? Number.NaN : smallFloat(bits, 4, 3, false);

/** E8M0 is a power of two, a scale of other numbers; 255 is NaN. */
export const float8E8M0 = (bits: number): number => (bits === 0xff ? Number.NaN : 2 ** (bits - 127));

/** bfloat16 is a float32 without its lower half. */
export function upperHalf(bits: number): number {
  wordOf[0] = bits << 16;
  return floatOf[0] as number;
}

/** @param hasInfinity whether the highest exponent stands for infinity and NaN */
function smallFloat(bits: number, exponentBits: number, fractionBits: number, hasInfinity: boolean): number {
  const [highest, one] = [2 ** exponentBits - 1, 2 ** fractionBits];
  const bias = (highest - 1) / 2;
  const sign = bits & (1 << (exponentBits + fractionBits)) ? -1 : 1;
  const exponent = (bits >> fractionBits) & highest;
  const fraction = bits & (one - 1);
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  if (hasInfinity && exponent === highest) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / one) * 2 ** (exponent - bias);
}

/** The bits of the binary16 nearest to a float32, of two the even one; undefined for a number beyond its range. */
export function toHalf(value: number): number | undefined {
  floatOf[0] = value;
  const bits = wordOf[0] as number;
  const [sign, size] = [(bits >>> 16) & 0x8000, bits & 0x7fffffff];
  if (size > 0x7f800000) return sign | 0x7e00; // NaN
  if (size === 0x7f800000) return sign | 0x7c00; // infinity
  if (size >= 0x477ff000) return undefined; // 65,520 is nearer to infinity than to 65,504, the largest
  if (size < 0x38800000) return sign | roundToEven(Math.abs(floatOf[0]) * 2 ** 24); // below 2⁻¹⁴: whole numbers of 2⁻²⁴
  const rebiased = size - 0x38000000;
  return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
}

/** The bits of the nearest bfloat16, likewise. */
export function toUpperHalf(value: number): number | undefined {
  floatOf[0] = value;
  const bits = wordOf[0] as number;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return (bits >>> 16) | 0x40; // NaN stays NaN where its lower half goes
  if (size === 0x7f800000) return bits >>> 16;
  if (size >= 0x7f7f8000) return undefined;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

function roundToEven(value: number): number {
  const whole = Math.floor(value);
  const rest = value - whole;
  if (rest !== 0.5) return rest > 0.5 ? whole + 1 : whole;
  return whole % 2 === 0 ? whole : whole + 1;
}
