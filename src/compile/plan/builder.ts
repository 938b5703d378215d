import { CODES, type Instruction, type NONE, type Place } from "./instructions";
import { collapsed } from "./strides";

/** Thrown where a trace has what a plan cannot compute. The message says what. */
export class Unsupported extends Error {}

/** Collects the instructions of a plan, and the buffers that they use. */
export class Builder {
  /** What is computed again only where a variable has changed that calls do not write. */
  readonly once: Instruction[] = [];
  /** What each call computes. */
  readonly each: Instruction[] = [];
  /** The values that stand in buffers before the first call. */
  readonly constants: { readonly place: Place; readonly values: ArrayLike<number>; readonly dtype: number }[] = [];
  private isSteady = false;
  private buffers = 0;
  private readonly asked = new Set<string>();
  private readonly made = new Map<string, Place>();

  /** A buffer for what comes in, or stays. @param isSteady whether calls leave it as it is */
  kept(words: number, isSteady: boolean): Place {
    return { buffer: { id: this.buffers++, words, isKept: true, isSteady }, offset: 0 };
  }

  constant(values: ArrayLike<number>, dtype: number): Place {
    const place = this.kept(values.length, true);
    this.constants.push({ place, values, dtype });
    return place;
  }

  /** A buffer for a result. */
  buffer(words: number): Place {
    const { isSteady } = this;
    return { buffer: { id: this.buffers++, words, isKept: isSteady, isSteady }, offset: 0 };
  }

  /** Builds what depends on these places: where all of them are steady, each call does not compute it again. */
  dependingOn<Result>(places: readonly Place[], build: () => Result): Result {
    const before = this.isSteady;
    this.isSteady = places.every(({ buffer }) => buffer.isSteady);
    try {
      return build();
    } finally {
      this.isSteady = before;
    }
  }

  /** What was built under a key; built now if need be. */
  known(key: string, build: () => Place): Place {
    const place = this.made.get(key) ?? build();
    this.made.set(key, place);
    return place;
  }

  /** Whether this is the first time that something is asked for by this key. */
  isFirst(key: string): boolean {
    const first = !this.asked.has(key);
    this.asked.add(key);
    return first;
  }

  /** The instructions that are being written. */
  get current(): Instruction[] {
    return this.isSteady ? this.once : this.each;
  }

  add(code: number, ...operands: readonly (number | Place)[]): void {
    this.current.push({ code, operands });
  }

  /** Copies elements. @throws Unsupported where their order is too involved */
  copy(sizes: readonly number[], to: Place, toStrides: readonly number[], x: Place, strides: readonly number[]): void {
    const made = collapsed(sizes, [toStrides, strides], 4);
    if (made === undefined) throw new Unsupported(`a copy of rank ${sizes.length}`);
    this.add(CODES.COPY, to, x, ...made.sizes, ...made.strides.flat());
  }

  matmul(m: number, k: number, n: number, a: Place, b: Place, start: Place | typeof NONE, c: Place): void {
    this.add(CODES.MATMUL, m, k, n, a, b, start, c, 0);
  }

  /**
   * Adds the product of a state and a matrix to sums, at a time step. At every second step the matrix is read from its end: the end is
   * what the first-level cache still has of it from the step before.
   */
  stateMatmul(time: number, m: number, k: number, n: number, a: Place, b: Place, sums: Place): void {
    this.add(CODES.MATMUL, m, k, n, a, b, sums, sums, time % 2);
  }

  unary(which: number, n: number, x: Place, y = this.buffer(n)): Place {
    this.add(CODES.UNARY, which, n, x, y);
    return y;
  }

  /** Pairs elements of [rows, n]. @param strides how many words from row to row; 0: the same row for all. Default: n */
  binary(which: number, [rows, n]: readonly [number, number], a: Place, b: Place, strides = [n, n]): Place {
    const y = this.buffer(rows * n);
    const [ofA, ofB] = strides as [number, number];
    this.add(CODES.BINARY, which, y, a, b, 1, rows, n, 0, ofA, 1, 0, ofB, 1);
    return y;
  }
}
