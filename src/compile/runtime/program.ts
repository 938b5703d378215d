import * as tf from "../../tf";
import type { GraphWriter } from "../emit/graph-writer";
import { dtypeOf, type NativeBackend, type NativeValues, nativeBackend } from "../engine/backend";
import { dtypeName, typedArray } from "../engine/dtypes";
import { withIndexErrors } from "../engine/index-errors";
import { smallValuesOf } from "../engine/small-values";
import { CompileError } from "../errors";
import type { Signature } from "../ir/trace";
import { programGraph, type WriteProgram } from "./program-graph";
import type { CallInput, CallOutputs, GraphCall, GraphSession, StartedCall } from "./session/graph-session";
import { openSession } from "./session/open-session";
import type { SessionOptions } from "./session/session-config";
import { followedBy, type Started } from "./started";
import { SyncedVariables } from "./synced-variables";
import { transferCalls, writeTransfer } from "./transfer";

/** Destructured once, as in signatures.ts. */
const { arraysEqual, sizeFromShape } = tf.util;

export interface ProgramOptions extends SessionOptions {
  /** How many of the variables a call writes: the first ones. Default: none. */
  readonly written?: number;
}

export interface CallOptions {
  /** JavaScript numbers for the last inputs: for each as many as its shape has. Default: none. */
  readonly numbers?: readonly ArrayLike<number>[];
  /** How many of the inputs errors may name: the first ones, which the user gave. Default: all. */
  readonly given?: number | undefined;
  /** How many outputs are read to JavaScript: the first ones. Default: none. */
  readonly read?: number;
  /** Whether the graph runs on another thread while JavaScript goes on. Default: false. */
  readonly inBackground?: boolean;
}

/** What a call computed. */
export interface ProgramResult {
  /** The values of the outputs that were read. */
  readonly values: readonly NativeValues[];
  /** The other outputs, which the caller disposes. */
  readonly tensors: readonly tf.Tensor[];
}

/**
 * A graph in a session, called with tensors of fixed shapes and types. Its variables and the `tf.Variable`s they were made
 * for always have the same values.
 */
export class Program {
  private readonly backend: NativeBackend = nativeBackend();
  private readonly session: GraphSession;
  private readonly graphCall: GraphCall;
  private readonly written: number;
  private readonly synced: SyncedVariables;
  /** The inputs that the graph reads, by number. */
  private readonly fed: readonly number[];
  private readonly outputCount: number;
  /** The run on another thread that was started last. */
  private running: StartedCall | undefined;
  private open = true;

  /**
   * @param signatures of the inputs
   * @param write writes the graph between inputs and outputs
   * @throws CompileError when TensorFlow refuses the graph
   */
  constructor(
    readonly signatures: readonly Signature[],
    variables: readonly tf.Variable[],
    write: WriteProgram,
    { written = 0, ...options }: ProgramOptions = {},
  ) {
    const { writer, inputs, handles, outputNames } = programGraph(signatures, variables, write);
    const transfer = writeTransfer(writer, handles, variables, variables.map(dtypeOf));
    // An input that nothing reads is not fed: the step's number, say, where nothing is random.
    const isRead = namesRead(writer);
    this.fed = inputs.flatMap((name, i) => (isRead.has(name) ? [i] : []));
    this.written = written;
    this.outputCount = outputNames.length;
    this.session = openSession(writer, options);
    this.graphCall = this.session.prepare(
      this.fed.map((i) => inputs[i] as string),
      outputNames,
    );
    const { fetch, send } = transferCalls(this.session, transfer);
    const afterRun = <T>(run: () => T): T => {
      this.waitForRun();
      return run();
    };
    this.synced = new SyncedVariables(
      this.backend,
      variables,
      () => afterRun(fetch),
      (ids) => afterRun(() => send(ids)),
    );
  }

  /** Runs the graph once. @returns all outputs, as tensors, which the caller disposes. @throws as `start` */
  call(inputs: readonly tf.Tensor[]): readonly tf.Tensor[] {
    return this.start(inputs).result().tensors;
  }

  /** Runs the graph once. @param numbers, given as in CallOptions. @returns the values of all outputs. @throws as `start` */
  read(inputs: readonly tf.Tensor[], numbers: readonly ArrayLike<number>[], given?: number): readonly NativeValues[] {
    return this.start(inputs, { numbers, read: this.outputCount, given }).result().values;
  }

  /**
   * Begins a run of the graph: in this thread, or on another one while JavaScript goes on. From then on, who reads a variable that
   * the run writes waits for the end of the run; so does the next run.
   *
   * Neither numbers nor values that are read become tensors of TensorFlow.js, because its bookkeeping for them would take longer
   * than a layer of a small network.
   *
   * @param inputs tensors of the program's signatures, but for the last ones that are numbers; they stay the caller's, and must live until
   *   the result is asked for, because the error of a wrong index names its place in them
   * @throws CompileError when the program is disposed or an input has another shape or type
   * @throws IndexRangeError, here or by the result, when a look-up gets an index that its table does not have
   */
  start(
    inputs: readonly tf.Tensor[],
    { numbers = [], given: named, read = 0, inBackground = false }: CallOptions = {},
  ): Started<ProgramResult> {
    this.check(inputs, numbers.length);
    const given = this.given(inputs, numbers);
    this.waitForRun();
    this.synced.beforeCall();
    if (this.written > 0) this.synced.beforeWrite();
    const started = inBackground ? this.startRun(given) : this.run(given, inputs.slice(0, named));
    if (this.written > 0) this.synced.afterWrite(this.written);
    return followedBy(started, (outputs) => {
      const made = withIndexErrors(outputs, inputs.slice(0, named));
      const values = made.read(read);
      const tensors = made.give().map((metadata) => this.backend.createOutputTensor(metadata));
      return { values, tensors };
    });
  }

  private run(given: readonly CallInput[], inputs: readonly tf.Tensor[]): Started<CallOutputs> {
    const outputs = withIndexErrors(() => this.graphCall.run(given), inputs);
    return { ended: undefined, result: () => outputs };
  }

  private startRun(given: readonly CallInput[]): Started<CallOutputs> {
    const running = this.graphCall.start(given);
    this.running = running;
    return { ended: running.ended, result: () => running.outputs() };
  }

  /** Waits for a run on another thread. */
  private waitForRun(): void {
    this.running?.wait();
    this.running = undefined;
  }

  /** Closes the session. Values that only it has are fetched into their variables first. */
  dispose(): void {
    if (!this.open) return;
    this.open = false;
    this.waitForRun();
    this.synced.fetchAll();
    this.session.close();
  }

  /** What is fed: the native ids of tensors, and numbers. */
  private given(inputs: readonly tf.Tensor[], numbers: readonly ArrayLike<number>[]): CallInput[] {
    return this.fed.map((i) => {
      const input = inputs[i];
      if (input === undefined) return this.typed(numbers[i - inputs.length] as ArrayLike<number>, i);
      const values = this.session.takesValues ? smallValuesOf(this.backend, input) : undefined;
      return values ?? (this.backend.getInputTensorIds([input])[0] as number);
    });
  }

  private typed(numbers: ArrayLike<number>, input: number): NativeValues {
    const { shape, dtype } = this.signatures[input] as Signature;
    const expected = sizeFromShape(shape as number[]);
    if (numbers.length !== expected) {
      throw new CompileError(`compile: input ${input}: expected ${expected} numbers, got ${numbers.length}`);
    }
    return typedArray(dtype, numbers);
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
