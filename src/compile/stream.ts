import * as tf from "../tf";
import { capture } from "./capture/capture";
import { checkGiven, checkList } from "./check-given";
import { emit } from "./emit/emit";
import { copyOf, dtypeOf } from "./engine/backend";
import { typeAttr } from "./engine/protobuf";
import { CompileError } from "./errors";
import type { Signature, Trace } from "./ir/trace";
import { Program } from "./runtime/program";
import { signaturesOf } from "./runtime/signatures";
import { Specializations } from "./runtime/specializations";

/** What a step of a stream makes. */
export interface StreamStep {
  readonly output: tf.Tensor;
  readonly state: readonly tf.Tensor[];
}

export interface StreamOptions {
  /** Every variable that the step uses. */
  variables: readonly tf.Variable[];
  /** Where the state is kept. Assign to them to begin anew; read them whenever it is wanted. */
  state: readonly tf.Variable[];
}

/** A compiled step. It returns the output, which the caller disposes. */
export interface Stream<Inputs extends readonly tf.Tensor[]> {
  (...inputs: Inputs): tf.Tensor;
  /** Closes its sessions. The variables live on. */
  dispose(): void;
}

/**
 * Makes one native graph of a step whose state goes on from call to call and stays inside: an input goes in, an output
 * comes out, token by token or value by value.
 *
 *   const [c, h] = [tf.variable(tf.zeros([1, 128])), tf.variable(tf.zeros([1, 128]))];
 *   const next = stream(
 *     ([c, h], x: tf.Tensor2D) => {
 *       const [output, state] = cell.call(x, { c, h });
 *       return { output: head.call(output), state: [state.c, state.h] };
 *     },
 *     { variables, state: [c, h] },
 *   );
 *
 * @param step from the state and the inputs to the output and the next state, of the same shapes and types
 * @throws CompileError, at a call, when the step cannot be a graph, or its next state is not like the state
 */
export function stream<State extends readonly tf.Tensor[], Inputs extends readonly tf.Tensor[]>(
  step: (state: State, ...inputs: Inputs) => StreamStep,
  options: StreamOptions,
): Stream<Inputs> {
  checkGiven("stream", step, options, ["variables", "state"]);
  const { variables, state } = options;
  checkList("stream", "variables", variables);
  checkList("stream", "state", state);
  const built = new Specializations("stream: the stream is disposed");
  const call = (...inputs: Inputs): tf.Tensor => {
    built.checkOpen();
    const signatures = signaturesOf(inputs, [...variables, ...state]);
    const { program } = built.for(signatures, () => ({ program: build(step as never, inputs, signatures, options) }));
    return program.call(inputs)[0] as tf.Tensor;
  };
  return Object.assign(call, { dispose: () => built.dispose() });
}

function build(
  step: (state: readonly tf.Tensor[], ...inputs: tf.Tensor[]) => StreamStep,
  inputs: readonly tf.Tensor[],
  signatures: readonly Signature[],
  { variables, state }: StreamOptions,
): Program {
  const own = inputs.map(copyOf);
  let trace: Trace;
  try {
    const compute = () => {
      const made = step(state, ...own);
      checkState(made?.state, state);
      return [made.output, ...made.state];
    };
    trace = capture(compute, [...own, ...state, ...variables]);
  } finally {
    tf.dispose(own);
  }
  return new Program(signatures, [...state, ...variables], state.length, ({ writer, inputs: given, handles }) => {
    const reads = [...state, ...variables].map((variable, i) =>
      writer.readVariable(handles[i] as string, dtypeOf(variable)),
    );
    const [output, ...next] = emit(writer, trace, { inputs: [...given, ...reads], bring: (value) => value });
    const all = reads.map((read) => `^${read}`);
    const writes = state.map((variable, i) => {
      const dtype = dtypeOf(variable);
      // In memory of its own: it may be an input's, which is the caller's.
      const value = writer.node("DeepCopy", [next[i] as string], { T: typeAttr(dtype) });
      return writer.assignVariable(handles[i] as string, value, dtype, all);
    });
    return { outputs: [{ ref: output as string, dtype: trace.results[0]?.dtype as number }], writes };
  });
}

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
