import type { TensorHandle, Values } from "./addon";
import { arrayOf, STRING } from "./dtypes";
import { guarded, refuse } from "./errors";
import { needAddon } from "./load";

/**
 * A tensor of the addon's. Its memory is freed by `dispose`, or after the object was collected; a loop that never
 * awaits gives the collector no turn, so it must dispose.
 */
export class NativeTensor {
  private described: { readonly dtype: number; readonly shape: readonly number[] } | undefined;

  /** @param handle what the addon gave */
  constructor(readonly handle: TensorHandle) {}

  /**
   * Makes a tensor.
   *
   * @param dtype TensorFlow's number of the dtype, as in `DT_FLOAT = 1`
   * @param values a typed array, which is copied; for strings an array of bytes. Default: zeros.
   * @throws NativeError when the values do not fit dtype and shape
   */
  static of(dtype: number, shape: readonly number[], values?: Values | readonly Uint8Array[]): NativeTensor {
    if (dtype !== STRING) checkArray(dtype, values, "values");
    return new NativeTensor(guarded(() => needAddon().newTensor(dtype, shape, values)));
  }

  /** TensorFlow's number of the dtype. */
  get dtype(): number {
    return this.describe().dtype;
  }

  get shape(): readonly number[] {
    return this.describe().shape;
  }

  /** A copy of the values; strings as bytes. */
  read(): Values | Uint8Array[] {
    const bytes = guarded(() => needAddon().read(this.handle));
    return Array.isArray(bytes) ? bytes.map((each) => new Uint8Array(each)) : this.arrayOn(bytes);
  }

  /** Copies the values into an array of their type and number. */
  readInto(values: Values): void {
    checkArray(this.dtype, values, "values");
    guarded(() => needAddon().readInto(this.handle, values));
  }

  /**
   * The values without a copy. The memory lives as long as the array, also after `dispose`. Do not write into the values
   * of a run's output: a variable of the session may share them.
   */
  view(): Values {
    return this.arrayOn(guarded(() => needAddon().view(this.handle)));
  }

  /** Frees the tensor; what the values' views and runs in flight need of it stays. */
  dispose(): void {
    guarded(() => needAddon().free(this.handle));
  }

  private describe() {
    if (this.described === undefined) {
      const [dtype, , ...shape] = guarded(() => needAddon().describe(this.handle));
      this.described = { dtype, shape };
    }
    return this.described;
  }

  private arrayOn(bytes: ArrayBuffer): Values {
    const ArrayOf = arrayOf(this.dtype);
    if (ArrayOf === undefined) return refuse(`no typed array holds dtype ${this.dtype}`);
    return new ArrayOf(bytes);
  }
}

/** Refuses values in an array of another dtype; the addon compares the number of bytes. @throws NativeError */
export function checkArray(dtype: number, values: unknown, what: string): void {
  const ArrayOf = arrayOf(dtype);
  if (values === undefined || (ArrayOf !== undefined && values instanceof ArrayOf)) return;
  refuse(`${what}: expected ${ArrayOf === undefined ? `no values of dtype ${dtype}` : `a ${ArrayOf.name}`}`);
}
