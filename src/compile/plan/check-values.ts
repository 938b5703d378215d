import { describe } from "../../arguments";
import type { NativeValues } from "../engine/backend";
import { typedArray } from "../engine/dtypes";
import { CompileError } from "../errors";
import { count } from "../ir/shapes";
import type { Signature } from "../ir/trace";

/** Checks the values of a call that takes no tensors. */
export class ValuesCheck {
  private readonly expected: readonly { readonly array: string; readonly length: number }[];

  /** @param where the public function, for messages */
  constructor(
    private readonly where: string,
    signatures: readonly Signature[],
  ) {
    this.expected = signatures.map(({ shape, dtype }) => ({
      array: typedArray(dtype, []).constructor.name,
      length: count(shape),
    }));
  }

  /** @throws CompileError for another number of inputs, another kind of array, or another number of values */
  check(values: readonly NativeValues[]): void {
    const { where, expected } = this;
    if (values.length !== expected.length) {
      throw new CompileError(`${where}: expected ${expected.length} arrays, got ${values.length}`);
    }
    expected.forEach(({ array, length }, i) => {
      const given = values[i];
      if (given?.constructor.name === array && given.length === length) return;
      const got = ArrayBuffer.isView(given) ? `${given.constructor.name} of ${given.length}` : describe(given);
      throw new CompileError(`${where}: argument ${i}: expected ${array} of ${length} values, got ${got}`);
    });
  }
}
