import { type NativePlan, preparePlan } from "../../native";
import * as tf from "../../tf";
import { type NativeBackend, type NativeValues, nativeBackend } from "../engine/backend";
import { dtypeName, FLOAT32 } from "../engine/dtypes";
import { withIndexErrors } from "../engine/index-errors";
import { smallValuesOf } from "../engine/small-values";
import { CompileError } from "../errors";
import { count } from "../ir/shapes";
import type { Signature, Trace } from "../ir/trace";
import { collector } from "../profile/collect";
import type { ProgramResult } from "../runtime/program";
import type { Started } from "../runtime/started";
import { SyncedVariables } from "../runtime/synced-variables";
import { type Arena, arenaFor, encoded } from "./arena";
import { Unsupported } from "./builder";
import { finish } from "./finish";
import { CODES, type Instruction, type Place } from "./instructions";
import { translate } from "./translate";

/** Destructured once, as in signatures.ts. */
const { engine } = tf;

/** Words of the arena. */
interface Slot {
  readonly begin: number;
  readonly end: number;
  readonly signature: Signature;
}

/**
 * A trace that the library's own kernels compute, without a session of TensorFlow: for small sizes, where a session would take longer
 * than the arithmetic. Like a `Program`, it is called with tensors of fixed shapes and types, and its variables and the `tf.Variable`s
 * that they stand for always have the same values.
 */
export class Plan {
  private readonly backend: NativeBackend = nativeBackend();
  private readonly native: NativePlan;
  private readonly integers: Int32Array;
  private readonly inputs: readonly Slot[];
  private readonly outputs: readonly Slot[];
  private readonly weights: SyncedVariables;
  private readonly states: SyncedVariables;
  /** What the native plan was made from; for messages. */
  private readonly once: readonly Instruction[];
  private readonly each: readonly Instruction[];
  private isOpen = true;

  /**
   * @param trace its inputs are those of a call, then the variables; its results are the outputs, then the next values of the
   *   variables that a call writes
   * @param variables those that a call writes come first
   * @param written how many these are
   * @throws Unsupported where a plan cannot compute the trace
   */
  constructor(trace: Trace, variables: readonly tf.Variable[], written: number) {
    const first = trace.inputs.length - variables.length;
    const { builder, inputs, outputs } = translate(trace, (input) => input >= first + written);
    const results = finish(builder, outputs, trace.results, inputs.slice(first, first + written));
    const { once, each, constants } = builder;
    checkSize(each);
    const places = [...inputs, ...constants.map(({ place }) => place), ...results.outputs];
    const arena = arenaFor(once, each, places, results.kept);
    if (arena.words > MOST_WORDS) throw new Unsupported(`an arena of ${arena.words} words`);
    this.once = once;
    this.each = each;
    this.native = preparePlan(encoded(once, arena), encoded(each, arena), Math.max(arena.words, 1));
    const { buffer, byteOffset, length } = this.native.arena;
    this.integers = new Int32Array(buffer, byteOffset, length);
    for (const { place, values, dtype } of constants) this.memoryOf(dtype).set(values, arena.at(place));
    const slots = slotsOf(arena, inputs, trace.inputs);
    this.inputs = slots.slice(0, first);
    this.outputs = slotsOf(arena, results.outputs, trace.results);
    this.states = this.synced(variables.slice(0, written), slots.slice(first, first + written));
    this.weights = this.synced(variables.slice(written), slots.slice(first + written));
    this.runOnce();
  }

  /**
   * Computes the trace once.
   *
   * @param inputs tensors of the trace's signatures; they stay the caller's
   * @returns the outputs; the caller disposes them
   * @throws IndexRangeError when a look-up gets an index that its table does not have
   */
  call(inputs: readonly tf.Tensor[]): tf.Tensor[] {
    return this.read(inputs, []).map((output, i) => {
      const { shape, dtype } = (this.outputs[i] as Slot).signature;
      return engine().makeTensor(output, [...shape], dtypeName(dtype) as "float32", this.backend as never) as tf.Tensor;
    });
  }

  /** The same in the form of a program, which may run on another thread. A plan takes microseconds, so it runs at once. */
  start(inputs: readonly tf.Tensor[]): Started<ProgramResult> {
    const tensors = this.call(inputs);
    return { ended: undefined, result: () => ({ values: [], tensors }) };
  }

  /** The same, but the last inputs are values, not tensors, and so are the outputs. */
  read(inputs: readonly tf.Tensor[], numbers: readonly ArrayLike<number>[]): NativeValues[] {
    if (!this.isOpen) throw new CompileError("compile: the compiled function is disposed");
    const profile = collector();
    if (profile === undefined) return this.run(inputs, numbers);
    const start = performance.now();
    const values = this.run(inputs, numbers);
    profile.addPlan(start);
    return values;
  }

  private run(inputs: readonly tf.Tensor[], numbers: readonly ArrayLike<number>[]): NativeValues[] {
    this.states.beforeCall();
    this.weights.beforeCall();
    this.states.beforeWrite();
    this.inputs.forEach((slot, i) => {
      const input = inputs[i];
      const values =
        input === undefined
          ? numbers[i - inputs.length]
          : (smallValuesOf(this.backend, input) ?? this.backend.readSync(input.dataId));
      this.write(slot, values as ArrayLike<number>);
    });
    this.checked(this.native.run(), this.each, inputs);
    this.states.afterWrite(this.states.variables.length);
    return this.outputs.map((slot) => this.valuesOf(slot));
  }

  /** Values that only this plan has are fetched into their variables. */
  dispose(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.states.fetchAll();
    // The plan's functions keep the buffer until the event loop has a turn. The copy takes its memory, and nothing keeps the copy.
    const { buffer } = this.native.arena;
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
  }

  private synced(variables: readonly tf.Variable[], slots: readonly Slot[]): SyncedVariables {
    const { binding } = this.backend;
    const fetch = () =>
      slots.map((slot) => binding.createTensor([...slot.signature.shape], slot.signature.dtype, this.valuesOf(slot)));
    const send = (ids: readonly number[]) => {
      ids.forEach((id, i) => {
        this.write(slots[i] as Slot, binding.tensorDataSync(id));
      });
      if (variables === this.weights.variables) this.runOnce();
    };
    return new SyncedVariables(this.backend, variables, fetch, send);
  }

  private runOnce(): void {
    this.checked(this.native.runOnce(), this.once, []);
  }

  private write({ begin, signature: { dtype } }: Slot, values: ArrayLike<number>): void {
    this.memoryOf(dtype).set(values, begin);
  }

  private valuesOf({ begin, end, signature: { dtype } }: Slot): Float32Array | Int32Array {
    return this.memoryOf(dtype).slice(begin, end);
  }

  private memoryOf(dtype: number): Float32Array | Int32Array {
    return dtype === FLOAT32 ? this.native.arena : this.integers;
  }

  /** @throws IndexRangeError for a look-up that failed */
  private checked(fault: ReturnType<NativePlan["run"]>, of: readonly Instruction[], given: readonly tf.Tensor[]): void {
    if (fault === undefined) return;
    const [instruction, element, index] = fault;
    const { code, operands } = of[instruction] as Instruction;
    if (code !== CODES.GATHER) throw new CompileError(`compile: instruction ${instruction} failed`);
    withIndexErrors(() => {
      throw new Error(`indices[${element}] = ${index} is not in [0, ${operands[2]})`);
    }, given);
  }
}

/** A call that takes longer than some milliseconds gains nothing by a plan, and a session computes it on all cores. */
const MOST_PRODUCTS = 2 ** 26;
const MOST_WORDS = 2 ** 28;

/** @throws Unsupported where the products of a call have too many multiply-adds */
function checkSize(each: readonly Instruction[]): void {
  const products = each.filter(({ code }) => code === CODES.MATMUL);
  const all = products.reduce((sum, { operands: [m, k, n] }) => sum + Number(m) * Number(k) * Number(n), 0);
  if (all > MOST_PRODUCTS) throw new Unsupported(`${all} multiply-adds`);
}

const slotsOf = (arena: Arena, places: readonly Place[], signatures: readonly Signature[]): Slot[] =>
  places.map((place, i) => {
    const signature = signatures[i] as Signature;
    const begin = arena.at(place);
    return { begin, end: begin + count(signature.shape), signature };
  });
