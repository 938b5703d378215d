import * as tf from "../tf";
import { capture } from "./capture/capture";
import { checkGiven, checkList } from "./check-given";
import { emit } from "./emit/emit";
import { copyOf, dtypeOf } from "./engine/backend";
import { dtypeName } from "./engine/dtypes";
import { typeAttr } from "./engine/protobuf";
import { CompileError } from "./errors";
import type { Signature, Trace } from "./ir/trace";
import { lower } from "./lower";
import { ValuesCheck } from "./plan/check-values";
import { Plan } from "./plan/plan";
import { planFor } from "./plan/plan-for";
import { Program } from "./runtime/program";
import type { WriteProgram } from "./runtime/program-graph";
import { checkThreads, type ThreadsOption } from "./runtime/session/threads";
import { checkCall, signaturesOf } from "./runtime/signatures";
import { checkGraphs, Specializations } from "./runtime/specializations";
import type { ArgumentSignature } from "./shard/argument";
import { tensorsOf } from "./shared";

/** What one step of a stream returns: its output and the next state. */
export interface StreamStep {
  readonly output: tf.Tensor;
  readonly state: readonly tf.Tensor[];
}

export interface StreamOptions extends ThreadsOption {
  /** Every variable that the step uses. */
  variables: readonly tf.Variable[];
  /** The variables that hold the state. An assignment to them starts a new sequence; they can be read at any time. */
  state: readonly tf.Variable[];
  /**
   * The most graphs that are kept, one for each list of shapes and types of the inputs. Where there are more, the one that was
   * used longest ago is closed, and a line on stderr says so once. Default: 64.
   */
  graphs?: number;
}

/** The values of a tensor: a Float32Array for float32, an Int32Array for int32, a Uint8Array for bool. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** A compiled step of a stream. It returns the output, which the caller disposes. */
export interface Stream<Inputs extends readonly tf.Tensor[]> {
  (...inputs: Inputs): tf.Tensor;
  /**
   * What computed the last call: "kernels", the library's own, which take a few microseconds for cells of usual sizes; or
   * "session", a session of TensorFlow, where the step has an operation that the kernels lack, or the addon is not built.
   * Undefined before the first call.
   */
  readonly executor: "kernels" | "session" | undefined;
  /**
   * The same step for inputs of fixed shapes, as a function of values: values go in and values come out, and no tensor is made.
   * TensorFlow 1.x's `Session.make_callable`. The state is that of the stream.
   *
   * @param inputs tensors of the inputs' shapes and types; they stay the caller's
   * @returns a function that takes the values of each input, in the order of the tensor's elements, and returns those of the output
   * @throws CompileError as a call of the stream; its function does for values of another kind or number
   */
  makeCallable(...inputs: Inputs): (...values: Values[]) => Values;
  /** Closes its sessions. The variables stay alive. */
  dispose(): void;
}

/**
 * Compiles one step of a recurrence to a native graph that keeps its state from call to call: an input goes in and an
 * output comes out, token by token or value by value. Where the step has only usual operations on float32 and int32, the
 * library's own kernels compute it, in a few microseconds for cells of usual sizes; else a session of TensorFlow does. `executor`
 * says which.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 8 });
 *   const step = ([h]: [tf.Tensor2D], x: tf.Tensor2D) => {
 *     const [output, state] = cell.call(x, h);
 *     return { output, state: [state] };
 *   };
 *   const next = stream(step, { variables: cell.variables, state: [tf.variable(cell.zeroState(1))] });
 *   for (let t = 0; t < 20; t++) console.log(next(tf.ones([1, 3])).dataSync());
 *
 * @param step computes the output and the next state, of the same shapes and types, from the state and the inputs
 * @throws CompileError when an option is wrong; and, at a call, when the step cannot become a graph, or its next state
 *   has other shapes or types than the state
 */
export function stream<State extends readonly tf.Tensor[], Inputs extends readonly tf.Tensor[]>(
  step: (state: State, ...inputs: Inputs) => StreamStep,
  options: StreamOptions,
): Stream<Inputs> {
  checkGiven("stream", step, options, ["variables", "state", "graphs", "threads"]);
  const { variables, state, graphs, threads } = options;
  checkGraphs("stream", graphs);
  checkThreads("stream", threads);
  checkList("stream", "variables", variables);
  checkList("stream", "state", state);
  const built = new Specializations<{ program: Plan | Program }>("stream", "the stream", graphs);
  let executor: "kernels" | "session" | undefined;
  /** @param given the inputs, for the first call with their shapes. Default: zeros */
  const programFor = (signatures: readonly ArgumentSignature[], given?: tf.Tensor[]): Plan | Program => {
    const { program } = built.for(signatures, () => {
      const inputs = given ?? signatures.map(zerosOf);
      try {
        return { program: build(step as never, inputs, signatures, options) };
      } finally {
        if (given === undefined) tf.dispose(inputs);
      }
    });
    executor = program instanceof Plan ? "kernels" : "session";
    return program;
  };
  const all = [...variables, ...state];
  const names = [...variables.map((_, i) => `variables[${i}]`), ...state.map((_, i) => `state[${i}]`)];
  const call = (...given: Inputs): tf.Tensor => {
    built.checkOpen();
    const inputs = tensorsOf(given);
    const signatures = signaturesOf(given, all, names);
    return programFor(signatures, inputs).call(inputs)[0] as tf.Tensor;
  };
  const makeCallable = (...given: Inputs) => {
    built.checkOpen();
    const signatures = signaturesOf(given, all, names);
    programFor(signatures, tensorsOf(given));
    const check = new ValuesCheck("stream", signatures);
    return (...values: Values[]): Values => {
      built.checkOpen();
      checkCall(all, names);
      check.check(values);
      return programFor(signatures).read([], values)[0] as Values;
    };
  };
  const made = Object.assign(call, { executor, makeCallable, dispose: () => built.dispose() });
  return Object.defineProperty(made, "executor", { get: () => executor });
}

const zerosOf = ({ shape, dtype }: Signature): tf.Tensor =>
  tf.zeros(shape as [number], dtypeName(dtype) as tf.NumericDataType);

type Step = (state: readonly tf.Tensor[], ...inputs: tf.Tensor[]) => StreamStep;

/** What runs a step for inputs of one list of shapes and types. It writes the state's variables. */
function build(
  step: Step,
  inputs: readonly tf.Tensor[],
  signatures: readonly Signature[],
  { variables, state, threads }: StreamOptions,
): Plan | Program {
  const trace = captureStep(step, inputs, { variables, state });
  const plan = threads === undefined ? planFor(trace, [...state, ...variables], state.length) : undefined;
  if (plan !== undefined) return plan;
  const write: WriteProgram = ({ writer, inputs: refs, handles }) => {
    const reads = [...state, ...variables].map((variable, i) =>
      writer.readVariable(handles[i] as string, dtypeOf(variable)),
    );
    const [output, ...next] = emit(writer, trace, { inputs: [...refs, ...reads], enter: (value) => value });
    const afterReads = reads.map((read) => `^${read}`);
    const writes = state.map((variable, i) => {
      const dtype = dtypeOf(variable);
      // A copy, because the next state may be an input itself, whose memory the caller frees.
      const value = writer.node("DeepCopy", [next[i] as string], { T: typeAttr(dtype) });
      return writer.assignVariable(handles[i] as string, value, dtype, afterReads);
    });
    return { outputs: [{ ref: output as string, dtype: trace.results[0]?.dtype as number }], writes };
  };
  return new Program(signatures, [...state, ...variables], write, {
    written: state.length,
    threads,
    isSequential: threads === undefined || threads === 1,
  });
}

/** The trace of a step; its inputs are the step's inputs, the state, the variables. */
function captureStep(step: Step, inputs: readonly tf.Tensor[], { variables, state }: StreamOptions): Trace {
  const sample = inputs.map(copyOf);
  const compute = () => {
    const made = step(state, ...sample);
    checkState(made?.state, state);
    return [made.output, ...made.state];
  };
  try {
    return lower(capture(compute, [...sample, ...state, ...variables]));
  } finally {
    tf.dispose(sample);
  }
}

/** @throws CompileError when the next state differs from the state in number, shape or type */
function checkState(next: readonly tf.Tensor[] | undefined, state: readonly tf.Tensor[]): void {
  if (!Array.isArray(next) || next.length !== state.length) {
    throw new CompileError(
      `stream: expected a next state of ${state.length} tensors, got ${next?.length ?? typeof next}`,
    );
  }
  next.forEach((tensor, i) => {
    const before = state[i] as tf.Tensor;
    if (tensor?.shape?.join() === before.shape.join() && tensor.dtype === before.dtype) return;
    const expected = `shape [${before.shape}] of ${before.dtype}`;
    throw new CompileError(`stream: state[${i}]: expected ${expected}, got [${tensor?.shape}] of ${tensor?.dtype}`);
  });
}
