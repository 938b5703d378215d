import * as tf from "../../tf";
import type { GraphWriter } from "../emit/graph-writer";
import { dtypeOf, type Metadata, type NativeBackend, type NativeValues, nativeBackend } from "../engine/backend";
import { dtypeName, typedArray } from "../engine/dtypes";
import { withIndexErrors } from "../engine/index-errors";
import { CompileError } from "../errors";
import type { Signature } from "../ir/trace";
import { programGraph, type WriteProgram } from "./program-graph";
import { openSession } from "./session";
import { SyncedVariables } from "./synced-variables";
import { names, writeTransfer } from "./transfer";

/** Destructured once, as in signatures.ts. */
const { arraysEqual, sizeFromShape } = tf.util;

/**
 * A graph in a session, called with tensors of fixed shapes and types. Its variables and the `tf.Variable`s they were made
 * for always have the same values.
 */
export class Program {
  private readonly backend: NativeBackend = nativeBackend();
  private readonly session: number;
  private readonly synced: SyncedVariables;
  /** The inputs that the graph reads, by number. */
  private readonly fed: readonly number[];
  private readonly inputNames: string;
  private readonly outputNames: string;
  private open = true;

  /**
   * @param signatures of the inputs
   * @param written how many of the variables a call writes: the first ones
   * @param write writes the graph between inputs and outputs
   * @throws CompileError when TensorFlow refuses the graph
   */
  constructor(
    readonly signatures: readonly Signature[],
    variables: readonly tf.Variable[],
    private readonly written: number,
    write: WriteProgram,
  ) {
    const { writer, inputs, handles, outputCount } = programGraph(signatures, variables, write);
    this.outputNames = names("output", outputCount);
    const dtypes = variables.map(dtypeOf);
    const transfer = writeTransfer(writer, handles, variables, dtypes);
    // An input that nothing reads is not fed: the step's number, say, where nothing is random.
    const isRead = namesRead(writer);
    this.fed = inputs.flatMap((name, i) => (isRead.has(name) ? [i] : []));
    this.inputNames = this.fed.map((i) => `${inputs[i]}:0`).join();
    this.session = openSession(writer);
    const run = (ids: readonly number[], inputs: string, outputs: string) =>
      this.backend.binding.runSavedModel(this.session, [...ids], inputs, outputs);
    const fetch = () => run([], "", transfer.fetched).map(({ id }) => id);
    const send = (ids: readonly number[]) => {
      for (const { id } of run(ids, transfer.sent, "sent:0")) this.backend.binding.deleteTensor(id);
    };
    this.synced = new SyncedVariables(this.backend, variables, variables.length > 0 ? fetch : () => [], send);
  }

  /**
   * Runs the graph once.
   *
   * @param inputs tensors of the program's signatures; they stay the caller's
   * @returns the outputs; the caller disposes them
   * @throws CompileError when the program is disposed or an input has another shape or type
   * @throws IndexRangeError when a look-up gets an index that its table does not have
   */
  call(inputs: readonly tf.Tensor[]): tf.Tensor[] {
    this.check(inputs, 0);
    return this.run(this.idsOf(inputs), inputs).map((metadata) => this.backend.createOutputTensor(metadata));
  }

  /**
   * Runs the graph once and reads its outputs. The last inputs are JavaScript numbers. Neither they nor the outputs become
   * tensors of TensorFlow.js, because its bookkeeping for them would take longer than a layer of a small network.
   *
   * @param numbers for each of the last inputs as many numbers as its shape has
   * @throws CompileError as `call`, and when an input has another number of numbers
   */
  read(inputs: readonly tf.Tensor[], numbers: readonly ArrayLike<number>[]): NativeValues[] {
    return this.readFirst(inputs, numbers)[0];
  }

  /**
   * The same, but only the first outputs are read.
   *
   * @param count how many outputs are read. Default: all.
   * @returns the values of these, and the other outputs as tensors, which the caller disposes
   */
  readFirst(
    inputs: readonly tf.Tensor[],
    numbers: readonly ArrayLike<number>[],
    count?: number,
  ): [read: NativeValues[], others: tf.Tensor[]] {
    this.check(inputs, numbers.length);
    const { binding } = this.backend;
    const made: number[] = [];
    try {
      for (const i of this.fed.filter((input) => input >= inputs.length)) {
        made.push(this.nativeTensor(numbers[i - inputs.length] as number[], i));
      }
      const outputs = this.run([...this.idsOf(inputs), ...made], inputs);
      const others = count === undefined ? [] : outputs.splice(count);
      const read = outputs.map(({ id }) => {
        const values = binding.tensorDataSync(id);
        binding.deleteTensor(id);
        return values;
      });
      return [read, others.map((metadata) => this.backend.createOutputTensor(metadata))];
    } finally {
      for (const id of made) binding.deleteTensor(id);
    }
  }

  /** Closes the session. Values that only it has are fetched into their variables first. */
  dispose(): void {
    if (!this.open) return;
    this.open = false;
    this.synced.fetchAll();
    this.backend.binding.deleteSavedModel(this.session);
  }

  /** Makes a native tensor for an input. @returns its id */
  private nativeTensor(numbers: ArrayLike<number>, input: number): number {
    const { shape, dtype } = this.signatures[input] as Signature;
    const { binding } = this.backend;
    const expected = sizeFromShape(shape as number[]);
    if (numbers.length !== expected) {
      throw new CompileError(`compile: input ${input}: expected ${expected} numbers, got ${numbers.length}`);
    }
    return binding.createTensor([...shape], dtype, typedArray(dtype, numbers));
  }

  /** The native ids of the inputs that are fed. */
  private idsOf(inputs: readonly tf.Tensor[]): number[] {
    return this.backend.getInputTensorIds(this.fed.flatMap((i) => inputs[i] ?? []));
  }

  private run(ids: number[], given: readonly tf.Tensor[]): Metadata[] {
    this.synced.beforeCall();
    if (this.written > 0) this.synced.beforeWrite();
    const { session, inputNames, outputNames } = this;
    const made = withIndexErrors(
      () => this.backend.binding.runSavedModel(session, ids, inputNames, outputNames),
      given,
    );
    if (this.written > 0) this.synced.afterWrite(this.written);
    return made;
  }

  /** Checks a call before it reaches the session, because tfjs-node leaks the inputs of a session call that fails. */
  private check(inputs: readonly tf.Tensor[], numbers: number): void {
    if (!this.open) throw new CompileError("compile: the compiled function is disposed");
    const [expected, got] = [this.signatures.length - numbers, inputs.length];
    if (got !== expected) throw new CompileError(`compile: expected ${expected} arguments, got ${got}`);
    inputs.forEach(({ shape: actual, dataId, dtype: name }, i) => {
      const { shape, dtype } = this.signatures[i] as Signature;
      if (arraysEqual(actual, shape as number[]) && this.backend.tensorMap.get(dataId).dtype === dtype) return;
      const expected = `shape [${shape}] of ${dtypeName(dtype) ?? dtype}`;
      throw new CompileError(`compile: argument ${i}: expected ${expected}, got shape [${actual}] of ${name}`);
    });
  }
}

/** The names of the nodes that other nodes read. */
const namesRead = (writer: GraphWriter) =>
  new Set(writer.nodes.flatMap((node) => node.getInputList().map((input) => input.split(":")[0] as string)));
