import { checkWhole, DataError } from "./errors";

/**
 * A seeded generator of random numbers: the same seed gives the same numbers, on every machine and in every version.
 *
 * The algorithm is xoshiro128** 1.1 by David Blackman and Sebastiano Vigna
 * (https://prng.di.unimi.it/xoshiro128starstar.c, public domain); SplitMix64 fills its state, as they recommend. It is
 * not for secrets.
 *
 * @example
 *   const random = new Random(42);
 *   const order = random.permutation(10);
 *   const noise = random.normal(0, 0.1);
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /**
   * @param seed any whole number
   * @param keys more whole numbers, for example an epoch: each combination of seed and keys has its own sequence of
   *   numbers
   * @throws DataError for a seed or key that is not a safe integer
   */
  constructor(seed: number, ...keys: number[]) {
    let state = wholeBits(seed);
    for (const key of keys) state = mix(state + GOLDEN) ^ wholeBits(key);
    const low = mix(state + GOLDEN);
    const high = mix(state + 2n * GOLDEN);
    this.a = Number(low & 0xffffffffn) | 0;
    this.b = Number(low >> 32n) | 0;
    this.c = Number(high & 0xffffffffn) | 0;
    this.d = Number(high >> 32n) | 0;
  }

  /** The next 32 random bits, as a whole number from 0 to 2³² − 1. */
  bits(): number {
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** A number from `low` up to, not including, `high`, all equally likely (53 random bits). */
  uniform(low = 0, high = 1): number {
    const unit = ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
    const value = low + unit * (high - low);
    return value < high ? value : low; // rounding can reach `high` in a very narrow range
  }

  /**
   * A whole number from 0 up to, not including, `count`, all exactly equally likely.
   *
   * @throws DataError when `count` is not a whole number from 1 to 2³²
   */
  integer(count: number): number {
    checkWhole("Random.integer", "count", count, 1, 2 ** 32);
    const limit = 2 ** 32 - (2 ** 32 % count); // bits from this limit on would make small results likelier
    let bits = this.bits();
    while (bits >= limit) bits = this.bits();
    return bits % count;
  }

  /** A number from the normal distribution, by Marsaglia's polar method. */
  normal(mean = 0, standardDeviation = 1): number {
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const s = u * u + v * v;
      if (s > 0 && s < 1) return mean + standardDeviation * u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }

  /** Puts the items in random order, in the same array (Fisher–Yates), and returns the array. */
  shuffle<T extends { readonly length: number; [index: number]: unknown }>(items: T): T {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const item = items[last];
      items[last] = items[other];
      items[other] = item;
    }
    return items;
  }

  /** The numbers 0 to `count` − 1 in random order. */
  permutation(count: number): Int32Array {
    checkWhole("Random.permutation", "count", count, 0, 2 ** 31);
    const numbers = new Int32Array(count);
    for (let i = 0; i < count; i++) numbers[i] = i;
    return this.shuffle(numbers);
  }
}

const GOLDEN = 0x9e3779b97f4a7c15n;

/** SplitMix64's output function (https://prng.di.unimi.it/splitmix64.c). */
function mix(state: bigint): bigint {
  let z = BigInt.asUintN(64, state);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

function wholeBits(seed: number): bigint {
  if (!Number.isSafeInteger(seed)) throw new DataError("Random", "seed", "a safe integer", String(seed));
  return BigInt.asUintN(64, BigInt(seed));
}
