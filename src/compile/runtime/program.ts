import * as tf from "../../tf";
import { type After, GraphWriter, type Ref } from "../emit/graph-writer";
import { type Metadata, type NativeBackend, type NativeValues, nativeBackend } from "../engine/backend";
import { typeAttr } from "../engine/protobuf";
import { CompileError } from "../errors";
import type { Signature } from "../ir/trace";
import { openSession } from "./session";
import { SyncedVariables } from "./synced-variables";

/** Destructured once, as in signatures.ts. */
const { arraysEqual, sizeFromShape } = tf.util;

/** What a program's author writes into the graph. */
export interface Written {
  /** The results, by node. */
  readonly outputs: readonly { readonly ref: Ref; readonly dtype: number }[];
  /** Writes to variables, done before a call returns. */
  readonly writes: readonly After[];
}

/** Where the author finds what a call brings. */
export interface Given {
  readonly writer: GraphWriter;
  readonly inputs: readonly Ref[];
  readonly handles: readonly Ref[];
}

/** A graph in a session, called with tensors of fixed shapes. The variables' values are one with the tf.Variables'. */
export class Program {
  private readonly backend: NativeBackend = nativeBackend();
  private readonly session: number;
  private readonly held: SyncedVariables;
  private readonly fed: readonly number[];
  private readonly inputNames: string;
  private readonly outputNames: string;
  private open = true;

  /** @param written how many of the variables, the first ones, a call writes */
  constructor(
    readonly signatures: readonly Signature[],
    variables: readonly tf.Variable[],
    private readonly written: number,
    write: (given: Given) => Written,
  ) {
    const writer = new GraphWriter(this.backend.binding);
    const inputs = signatures.map(({ dtype, shape }, i) => writer.placeholder(`input_${i}`, dtype, shape));
    const dtypes = variables.map(({ dataId }) => this.backend.tensorMap.get(dataId).dtype);
    const handles = variables.map(({ shape }, i) => writer.variable(`variable_${i}`, dtypes[i] as number, shape));
    const { outputs, writes } = write({ writer, inputs, handles });
    this.outputNames = named("output", outputs.length);
    outputs.forEach(({ ref, dtype }, i) => {
      writer.identity(ref, dtype, writes, `output_${i}`);
    });
    const transfer = writeTransfer(writer, handles, variables, dtypes);
    // What nobody uses is not fed: a step without dropout needs no number of its own.
    const isUsed = usedNames(writer);
    this.fed = inputs.flatMap((name, i) => (isUsed.has(name) ? [i] : []));
    this.inputNames = this.fed.map((i) => `${inputs[i]}:0`).join();
    this.session = openSession(writer);
    const run = (ids: readonly number[], inputs: string, outputs: string) =>
      this.backend.binding.runSavedModel(this.session, [...ids], inputs, outputs);
    const fetch = () => run([], "", transfer.fetched).map(({ id }) => id);
    const send = (ids: readonly number[]) => {
      for (const { id } of run(ids, transfer.sent, "sent:0")) this.backend.binding.deleteTensor(id);
    };
    this.held = new SyncedVariables(this.backend, variables, variables.length > 0 ? fetch : () => [], send);
  }

  /**
   * One call.
   *
   * @param inputs tensors of the program's signatures; they stay the caller's
   * @returns the outputs; the caller disposes them
   * @throws CompileError when the program is disposed or an input has another shape or type
   */
  call(inputs: readonly tf.Tensor[]): tf.Tensor[] {
    this.check(inputs, 0);
    return this.run(this.idsOf(inputs)).map((metadata) => this.backend.createOutputTensor(metadata));
  }

  /**
   * The same, where the last inputs are numbers of the host and the outputs are read at once. TensorFlow.js's engine
   * has no part in either: at a short step's pace its bookkeeping takes longer than a layer.
   *
   * @param numbers of the last inputs, each as many as its shape has
   * @throws CompileError as `call`, and when there are more numbers or fewer
   */
  read(inputs: readonly tf.Tensor[], numbers: readonly ArrayLike<number>[]): NativeValues[] {
    this.check(inputs, numbers.length);
    const { binding } = this.backend;
    const made: number[] = [];
    try {
      for (const i of this.fed.filter((input) => input >= inputs.length)) {
        made.push(this.tensorOf(numbers[i - inputs.length] as number[], i));
      }
      return this.run([...this.idsOf(inputs), ...made]).map(({ id }) => {
        const values = binding.tensorDataSync(id);
        binding.deleteTensor(id);
        return values;
      });
    } finally {
      for (const id of made) binding.deleteTensor(id);
    }
  }

  /** Closes the session; what only it knew of the variables goes back to them. */
  dispose(): void {
    if (!this.open) return;
    this.open = false;
    this.held.fetchAll();
    this.backend.binding.deleteSavedModel(this.session);
  }

  /** A native tensor of the host's numbers. */
  private tensorOf(numbers: ArrayLike<number>, input: number): number {
    const { shape, dtype } = this.signatures[input] as Signature;
    const { binding } = this.backend;
    const expected = sizeFromShape(shape as number[]);
    if (numbers.length !== expected) {
      throw new CompileError(`compile: input ${input}: expected ${expected} numbers, got ${numbers.length}`);
    }
    const values = dtype === binding.TF_INT32 ? Int32Array.from(numbers) : Float32Array.from(numbers);
    return binding.createTensor([...shape], dtype, values);
  }

  private idsOf(inputs: readonly tf.Tensor[]): number[] {
    return this.backend.getInputTensorIds(this.fed.flatMap((i) => inputs[i] ?? []));
  }

  private run(ids: number[]): Metadata[] {
    this.held.beforeStep();
    if (this.written > 0) this.held.beforeWrite();
    const made = this.backend.binding.runSavedModel(this.session, ids, this.inputNames, this.outputNames);
    if (this.written > 0) this.held.afterWrite(this.written);
    return made;
  }

  /** A failed session call leaks its inputs, so nothing wrong gets that far. */
  private check(inputs: readonly tf.Tensor[], more: number): void {
    if (!this.open) throw new CompileError("compile: the compiled function is disposed");
    const [expected, got] = [this.signatures.length - more, inputs.length];
    if (got !== expected) throw new CompileError(`compile: expected ${expected} arguments, got ${got}`);
    inputs.forEach(({ shape: actual, dataId, dtype: name }, i) => {
      const { shape, dtype } = this.signatures[i] as Signature;
      if (arraysEqual(actual, shape as number[]) && this.backend.tensorMap.get(dataId).dtype === dtype) return;
      const expected = `shape [${shape}] of ${TYPES[dtype] ?? dtype}`;
      throw new CompileError(`compile: argument ${i}: expected ${expected}, got shape [${actual}] of ${name}`);
    });
  }
}

/** TensorFlow's numbers of types, by TensorFlow.js's names. */
const TYPES: Readonly<Record<number, string>> = { 1: "float32", 3: "int32", 10: "bool" };

/**
 * Ways in and out for the variables. A value sent in passes DeepCopy: it may share a JavaScript array's memory, which
 * must not be freed by an optimizer's thread.
 */
function writeTransfer(
  writer: GraphWriter,
  handles: readonly Ref[],
  variables: readonly tf.Variable[],
  dtypes: readonly number[],
): { sent: string; fetched: string } {
  const sent = handles.map((handle, i) => {
    const dtype = dtypes[i] as number;
    const value = writer.placeholder(`send_${i}`, dtype, variables[i]?.shape as number[]);
    return writer.assignVariable(handle, writer.node("DeepCopy", [value], { T: typeAttr(dtype) }), dtype);
  });
  writer.identity(writer.int(0), writer.binding.TF_INT32, sent, "sent");
  handles.forEach((handle, i) => {
    writer.identity(writer.readVariable(handle, dtypes[i] as number), dtypes[i] as number, [], `fetch_${i}`);
  });
  return { sent: named("send", handles.length), fetched: named("fetch", handles.length) };
}

const usedNames = (writer: GraphWriter) =>
  new Set(writer.nodes.flatMap((node) => node.getInputList().map((input) => input.split(":")[0] as string)));

const named = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}_${i}:0`).join();
