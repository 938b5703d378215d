import * as tf from "../tf";
import { CompileError } from "./errors";
import { gatherWithoutReading } from "./gather";
import { type Attribute, type Binding, type Metadata, type NativeBackend, nativeBackend } from "./native";
import { refuseRandomness, refuseRandomValues } from "./randomness";
import { forgetTape } from "./tape";

/** Where a value inside a trace comes from: an input of the captured function, or an operation's output. */
export type Origin = { readonly input: number } | { readonly op: Op; readonly output: number };

/** One recorded native operation, or a constant. */
export interface Op {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly inputs: readonly Origin[];
  readonly shapes: readonly (readonly number[])[];
  readonly dtypes: readonly number[];
  /** The values of a constant, whose name is "Const". */
  readonly values?: ArrayLike<number>;
}

/** The native operations of one call of a function, in order, and where its results come from. */
export interface Trace {
  readonly ops: readonly Op[];
  readonly outputs: readonly Origin[];
  readonly results: readonly { readonly shape: readonly number[]; readonly dtype: number }[];
}

let capturing = false;
/** Whether a function is being captured right now: values cannot be read then. */
export const isCapturing = (): boolean => capturing;

/**
 * Calls a function once and records every native operation that it makes, its gradients' included. The operations are
 * executed too, so that whatever depends on shapes goes on as ever.
 *
 * @param inputs what the function may use: its arguments and variables; any other tensor from outside is an error
 * @returns only the operations that the outputs need
 * @throws CompileError on a read, host randomness, a stateful operation, or a tensor that was not declared
 */
export function capture(compute: () => readonly tf.Tensor[], inputs: readonly tf.Tensor[]): Trace {
  const backend = nativeBackend();
  if (capturing)
    throw new CompileError("compile: a compiled function was first called inside another; compile the outer one only");
  gatherWithoutReading();
  const recorder = new Recorder(backend, inputs);
  capturing = true;
  const [allowRandomness, allowAssignment] = [refuseRandomness(), refuseAssignment()];
  recorder.install();
  try {
    let trace: Trace | undefined;
    tf.tidy(() => {
      trace = recorder.traceOf(compute()); // not returned: tf.tidy would look for tensors among all constants' values
    });
    return trace as unknown as Trace;
  } catch (error) {
    forgetTape();
    throw error;
  } finally {
    recorder.remove();
    allowRandomness();
    allowAssignment();
    capturing = false;
  }
}

/** Refuses `variable.assign` until the returned function is called: it would happen now, and at no later call. */
function refuseAssignment(): () => void {
  const { assign } = tf.Variable.prototype;
  tf.Variable.prototype.assign = ({ shape }) => {
    throw new CompileError(
      `compile: the function assigns to a variable of shape [${shape}], which would happen now and at no later call. ` +
        "Return the new value and assign it outside",
    );
  };
  return () => {
    tf.Variable.prototype.assign = assign;
  };
}

/** Stands in for the backend's binding while a function runs. */
class Recorder {
  private readonly ops: Op[] = [];
  private readonly origins = new Map<number, Origin>();
  private readonly known = new WeakSet<object>();
  private readonly real: Binding;
  private refused: CompileError | undefined;

  constructor(
    private readonly backend: NativeBackend,
    inputs: readonly tf.Tensor[],
  ) {
    this.real = backend.binding;
    backend.getInputTensorIds(inputs).forEach((id, input) => {
      this.origins.set(id, { input });
    });
    for (const tensor of inputs) this.known.add(tensor.dataId);
  }

  /** A plain object with the binding's members: its own are not configurable, so a Proxy would not do. */
  install(): void {
    const { backend, real } = this;
    const members = Object.getOwnPropertyNames(real).map((name) => {
      const member = real[name as keyof Binding] as unknown;
      return [name, typeof member === "function" ? member.bind(real) : member];
    });
    const binding = Object.fromEntries(members) as Binding;
    binding.createTensor = (shape, dtype, values) => this.constant(shape, dtype, values);
    binding.executeOp = (name, attributes, ids, count) => this.execute(name, attributes, ids, count);
    backend.binding = binding;
    const { getInputTensorIds, createOutputTensor, move, readSync } = Object.getPrototypeOf(backend) as NativeBackend;
    backend.getInputTensorIds = (tensors) => {
      for (const tensor of tensors) this.checkDeclared(tensor);
      return getInputTensorIds.call(backend, tensors);
    };
    backend.createOutputTensor = (metadata) => {
      const tensor = createOutputTensor.call(backend, metadata);
      this.known.add(tensor.dataId);
      return tensor;
    };
    backend.move = (data, values, shape, dtype, refCount) => {
      refuseRandomValues();
      this.known.add(data);
      move.call(backend, data, values, shape, dtype, refCount);
    };
    backend.readSync = (data) => {
      if (backend.tensorMap.get(data).values === null) throw readError();
      return readSync.call(backend, data);
    };
    backend.read = async (data) => {
      if (backend.tensorMap.get(data).values !== null) return backend.readSync(data);
      this.refused = readError(); // thrown by traceOf: nobody may be waiting for this promise
      return new Promise(() => {});
    };
  }

  /** Uncovers the prototype's methods again. */
  remove(): void {
    this.backend.binding = this.real;
    for (const name of ["getInputTensorIds", "createOutputTensor", "move", "readSync", "read"]) {
      delete (this.backend as unknown as Record<string, unknown>)[name];
    }
  }

  traceOf(results: readonly tf.Tensor[]): Trace {
    if (this.refused !== undefined) throw this.refused;
    checkResults(results);
    const ids = this.backend.getInputTensorIds(results);
    const outputs = ids.map((id) => this.originOf(id, "a result"));
    const described = results.map(({ shape, dataId }) => ({ shape, dtype: this.backend.tensorMap.get(dataId).dtype }));
    return { ops: needed(this.ops, outputs), outputs, results: described };
  }

  private constant(shape: number[], dtype: number, values: ArrayLike<number>): number {
    const id = this.real.createTensor(shape, dtype, values);
    const op: Op = { name: "Const", attributes: [], inputs: [], shapes: [[...shape]], dtypes: [dtype], values };
    this.record(op, [id]);
    return id;
  }

  private execute(name: string, attributes: Attribute[], ids: number[], count: number): Metadata[] {
    if (STATEFUL.has(name)) throw new CompileError(`compile: ${name} draws from a hidden state; ${USE_DRAWS}`);
    const inputs = ids.map((id) => this.originOf(id, `an input of ${name}`));
    const made = this.real.executeOp(name, attributes, ids, count);
    const [shapes, dtypes] = [made.map(({ shape }) => shape), made.map(({ dtype }) => dtype)];
    this.record(
      { name, attributes, inputs, shapes, dtypes },
      made.map(({ id }) => id),
    );
    return made;
  }

  private record(op: Op, ids: readonly number[]): void {
    this.ops.push(op);
    ids.forEach((id, output) => {
      this.origins.set(id, { op, output });
    });
  }

  private originOf(id: number, what: string): Origin {
    const origin = this.origins.get(id);
    if (origin === undefined) throw new CompileError(`compile: ${what} was not made while capturing`);
    return origin;
  }

  private checkDeclared(tensor: tf.Tensor): void {
    if (this.known.has(tensor.dataId)) return;
    const { registeredVariables } = tf.engine();
    const variable = Object.values(registeredVariables).find(({ dataId }) => dataId === tensor.dataId);
    const name = variable ? `the variable ${variable.name}` : "a tensor";
    throw new CompileError(
      `compile: ${name} of shape [${tensor.shape}] comes from outside and is not declared: it would stay what it is ` +
        "now for ever. Name it in `variables`, pass it as an argument, or make it inside the function",
    );
  }
}

const USE_DRAWS =
  "random numbers must depend on (seed, step): use the library's dropout and `training: { seed, step }`";
const STATEFUL = new Set(["Multinomial", "RandomUniform", "RandomStandardNormal", "TruncatedNormal", "RandomGamma"]);

function readError(): CompileError {
  return new CompileError(
    "compile: the function reads a tensor's values (data, dataSync, array, print …) while it is captured, when they are " +
      "not those of later calls. Return the tensor and read it outside",
  );
}

function checkResults(results: readonly unknown[]): void {
  const isTensor = (result: unknown) => result instanceof tf.Tensor;
  if (results.length > 0 && results.every(isTensor)) return;
  const wrong = results.find((result) => !isTensor(result));
  const got = results.length === 0 ? "an empty list" : wrong instanceof Promise ? "a promise" : typeof wrong;
  throw new CompileError(`compile: the function must return a tensor or a list of them, got ${got}`);
}

/** The operations that the outputs depend on, in their order. */
function needed(ops: readonly Op[], outputs: readonly Origin[]): Op[] {
  const keep = new Set<Op>();
  const open = [...outputs];
  for (let origin = open.pop(); origin !== undefined; origin = open.pop()) {
    if (!("op" in origin) || keep.has(origin.op)) continue;
    keep.add(origin.op);
    open.push(...origin.op.inputs);
  }
  return ops.filter((op) => keep.has(op));
}
