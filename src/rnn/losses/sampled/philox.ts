/**
 * The random generator of TensorFlow's kernels, Philox 4×32 with ten rounds (Salmon et al. 2011,
 * doi:10.1145/2063384.2063405): block number and key alone give four words of 32 random bits, so any place of the sequence
 * can be reached without computing what stands before it.
 */
export class Philox {
  private readonly words = new Uint32Array(4);
  private used = 4;

  /**
   * @param key the 64 bits of the key are the seed of the graph
   * @param stream the upper 64 bits of the counter are the seed of the operation
   * @param block the number of the first block of four words
   */
  constructor(
    private readonly key: number,
    private readonly stream: number,
    private block: number,
  ) {}

  /** The next 32 random bits, as a whole number from 0 to 2³² − 1. */
  bits(): number {
    if (this.used === 4) {
      philoxBlock(this.words, this.key, this.stream, this.block++);
      this.used = 0;
    }
    return this.words[this.used++] as number;
  }

  /** A float32 from 0 up to, not including, 1: 23 random bits. */
  float(): number {
    return (this.bits() & 0x7fffff) / 2 ** 23;
  }

  /** A number from 0 up to, not including, 1: 52 random bits. */
  double(): number {
    const high = this.bits() & 0xfffff;
    return (high * 2 ** 32 + this.bits()) / 2 ** 52;
  }

  /** A whole number from 0 up to, not including, `count`, from 32 random bits, as TensorFlow's `Uniform`. */
  uniform32(count: number): number {
    const rest = (0xffffffff % count) + 1; // bits below it would make small results likelier
    for (;;) {
      const bits = this.bits();
      if (rest === count || bits >= rest) return bits % count; // rest is count where count is a power of two
    }
  }

  /** The same from 64 random bits, as TensorFlow's `Uniform64`. */
  uniform64(count: number): number {
    const n = BigInt(count);
    const rest = (0xffffffffffffffffn % n) + 1n;
    for (;;) {
      const low = BigInt(this.bits());
      const bits = low | (BigInt(this.bits()) << 32n);
      if (rest === n || bits >= rest) return Number(bits % n);
    }
  }
}

const [MULTIPLIER_A, MULTIPLIER_B] = [0xd2511f53, 0xcd9e8d57];
const [KEY_STEP_A, KEY_STEP_B] = [0x9e3779b9, 0xbb67ae85];
const ROUNDS = 10;

function philoxBlock(words: Uint32Array, key: number, stream: number, block: number): void {
  let a = block | 0;
  let b = Math.floor(block / 2 ** 32) | 0;
  let c = stream | 0;
  let d = Math.floor(stream / 2 ** 32) | 0;
  let keyA = key | 0;
  let keyB = Math.floor(key / 2 ** 32) | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const nextA = highBits(MULTIPLIER_B, c) ^ b ^ keyA;
    const nextC = highBits(MULTIPLIER_A, a) ^ d ^ keyB;
    b = Math.imul(MULTIPLIER_B, c);
    d = Math.imul(MULTIPLIER_A, a);
    a = nextA;
    c = nextC;
    keyA = (keyA + KEY_STEP_A) | 0;
    keyB = (keyB + KEY_STEP_B) | 0;
  }
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}

/** The upper 32 bits of the product of two unsigned numbers of 32 bits. */
function highBits(x: number, y: number): number {
  const xHigh = x >>> 16;
  const xLow = x & 0xffff;
  const yHigh = y >>> 16;
  const yLow = y & 0xffff;
  const middle = (Math.imul(xHigh, yLow) >>> 0) + (Math.imul(xLow, yLow) >>> 16);
  const carry = (Math.imul(xLow, yHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(xHigh, yHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}
