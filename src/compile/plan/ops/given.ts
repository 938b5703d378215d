import { FLOAT32, INT32 } from "../../engine/dtypes";
import { constantValues } from "../../ir/ops";
import { count } from "../../ir/shapes";
import type { Op, Signature, Trace, Value } from "../../ir/trace";
import { signatureOf } from "../../ir/trace";
import type { Users } from "../../ir/users";
import { type Builder, Unsupported } from "../builder";
import type { Place } from "../instructions";

/** An op that is to be written as instructions. */
export class Given {
  constructor(
    readonly op: Op,
    readonly builder: Builder,
    readonly users: Users,
    private readonly trace: Trace,
    /** Where a value lies. */
    private readonly places: (value: Value) => Place,
  ) {}

  /** Where an input lies. */
  place(input: number): Place {
    return this.places(this.value(input));
  }

  shape(input: number): readonly number[] {
    return this.signature(input).shape;
  }

  dtype(input: number): number {
    return this.signature(input).dtype;
  }

  /** How many elements an input has. */
  count(input: number): number {
    return count(this.shape(input));
  }

  /** The values of an input that is a constant. @throws Unsupported where it is none */
  constant(input: number): number[] {
    const values = constantValues(this.value(input));
    if (values === undefined) throw new Unsupported(`${this.op.name} by values that are no constants`);
    return Array.from(values);
  }

  /** @throws Unsupported where one of these inputs is not of float32 */
  needFloats(...inputs: readonly number[]): void {
    if (inputs.some((input) => this.dtype(input) !== FLOAT32)) throw new Unsupported(`${this.op.name} of integers`);
  }

  /** @throws Unsupported where an output other than these is used */
  needOutputs(...outputs: readonly number[]): void {
    const isOther = this.op.shapes.some((_, output) => !outputs.includes(output) && this.isUsed(output));
    if (isOther) throw new Unsupported(`${this.op.name} of which gates are used`);
  }

  /** Whether another op, or the caller, uses an output. */
  isUsed(output: number): boolean {
    this.used ??= new Set(
      [...this.trace.outputs, ...(this.users.get(this.op) ?? []).flatMap(({ inputs }) => inputs)].flatMap((value) =>
        "op" in value && value.op === this.op ? [value.output] : [],
      ),
    );
    return this.used.has(output);
  }
  private used: ReadonlySet<number> | undefined;

  value(input: number): Value {
    return this.op.inputs[input] as Value;
  }

  private signature(input: number): Signature {
    return signatureOf(this.value(input), this.trace);
  }
}

/** Writes an op. @returns where its outputs lie */
export type Write = (given: Given) => readonly Place[];

export const isWord = (dtype: number): boolean => dtype === FLOAT32 || dtype === INT32;
