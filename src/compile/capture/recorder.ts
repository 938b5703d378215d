import type * as tf from "../../tf";
import type { Attribute, Binding, Metadata, NativeBackend } from "../engine/backend";
import { CompileError } from "../errors";
import { needed, type Op, type Signature, type Trace, type Value } from "../ir/trace";
import { refuseRandomValues } from "./host-randomness";
import { checkResults, isOfVariable, readError, refuseStateful, undeclared } from "./refusals";

/** Stands in for the backend's binding while a function runs. */
export class Recorder {
  private readonly ops: Op[] = [];
  private readonly origins = new Map<number, Value>();
  private readonly known = new WeakSet<object>();
  private readonly real: Binding;
  private readonly covered: Binding;
  private readonly signatures: Signature[];
  private refused: CompileError | undefined;

  /**
   * @param outer the recorder at work, when this one records a loop's body: what that one knows may be used, and is found
   *   in `free` afterwards
   */
  constructor(
    private readonly backend: NativeBackend,
    inputs: readonly tf.Tensor[],
    private readonly outer?: Recorder,
  ) {
    this.covered = backend.binding;
    this.real = outer?.real ?? backend.binding;
    this.signatures = inputs.map(({ shape, dataId }) => ({ shape, dtype: backend.tensorMap.get(dataId).dtype }));
    backend.getInputTensorIds(inputs).forEach((id, input) => {
      this.origins.set(id, { input });
    });
    for (const tensor of inputs) this.known.add(tensor.dataId);
  }

  /** What was used of the outer recorder's values, in the order of this trace's further inputs. */
  readonly free: number[] = [];

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
      for (const tensor of tensors) {
        this.checkDeclared(tensor);
        if (this.outer !== undefined && !this.known.has(tensor.dataId)) this.handOver(tensor);
      }
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
      if (backend.tensorMap.get(data).values !== null && !isOfVariable(data)) return readSync.call(backend, data);
      throw this.refuse(readError()); // once more by traceOf, should the function catch it
    };
    backend.read = async (data) => {
      if (backend.tensorMap.get(data).values !== null && !isOfVariable(data)) return backend.readSync(data);
      this.refuse(readError()); // thrown by traceOf: nobody may be waiting for this promise
      return new Promise(() => {});
    };
  }

  /** Uncovers the prototype's methods again, or the outer recorder's. */
  remove(): void {
    for (const name of ["getInputTensorIds", "createOutputTensor", "move", "readSync", "read"]) {
      delete (this.backend as unknown as Record<string, unknown>)[name];
    }
    this.backend.binding = this.real;
    this.outer?.install();
  }

  /** An outer value that only the host knows so far becomes a constant of the outer trace. */
  private handOver(tensor: tf.Tensor): void {
    const { backend } = this;
    const inner = backend.binding;
    backend.binding = this.covered;
    Object.getPrototypeOf(backend).getInputTensorIds.call(backend, [tensor]);
    backend.binding = inner;
  }

  /**
   * Records an operation that is none of the engine's, such as a loop, and stands for its results by zeros.
   *
   * @param ids its inputs, by native id: they need not live any more
   */
  recordComposite(op: Op, ids: readonly number[]): tf.Tensor[] {
    const made = op.shapes.map((shape, i) => {
      const dtype = op.dtypes[i] as number;
      return {
        id: this.real.createTensor(
          [...shape],
          dtype,
          new Float32Array(shape.reduce((product, size) => product * size, 1)),
        ),
        shape: [...shape],
        dtype,
      };
    });
    const inputs = ids.map((id) => this.originOf(id, `an input of ${op.name}`));
    const names = made.map(({ id }) => id);
    this.record({ ...op, inputs }, names);
    return made.map((metadata) => this.backend.createOutputTensor(metadata));
  }

  /** Whether it was made before this recorder's part of the function: by the function around a loop's body. */
  isFromAround({ dataId }: tf.Tensor): boolean {
    return !this.known.has(dataId) && (this.outer?.knows(dataId) ?? false);
  }

  get isInside(): boolean {
    return this.outer !== undefined;
  }

  traceOf(results: readonly tf.Tensor[]): Trace {
    if (this.refused !== undefined) throw this.refused;
    checkResults(results);
    const ids = this.backend.getInputTensorIds(results);
    const outputs = ids.map((id) => this.originOf(id, "a result"));
    const described = results.map(({ shape, dataId }) => ({ shape, dtype: this.backend.tensorMap.get(dataId).dtype }));
    return { inputs: this.signatures, ops: needed(this.ops, outputs), outputs, results: described };
  }

  private constant(shape: number[], dtype: number, values: ArrayLike<number>): number {
    const id = this.real.createTensor(shape, dtype, values);
    const op: Op = { name: "Const", attributes: [], inputs: [], shapes: [[...shape]], dtypes: [dtype], values };
    this.record(op, [id]);
    return id;
  }

  private execute(name: string, attributes: Attribute[], ids: number[], count: number): Metadata[] {
    refuseStateful(name);
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

  private originOf(id: number, what: string): Value {
    const origin = this.origins.get(id) ?? this.fromOutside(id);
    if (origin === undefined) throw new CompileError(`compile: ${what} was not made while capturing`);
    return origin;
  }

  /** A value of the outer trace enters this one as a further input. */
  private fromOutside(id: number): Value | undefined {
    const outer = this.outer?.signatureOf(id);
    if (outer === undefined) return undefined;
    this.free.push(id);
    const origin = { input: this.signatures.push(outer) - 1 };
    this.origins.set(id, origin);
    return origin;
  }

  private signatureOf(id: number): Signature | undefined {
    const origin = this.origins.get(id) ?? this.fromOutside(id);
    if (origin === undefined) return undefined;
    if ("input" in origin) return this.signatures[origin.input];
    const { shapes, dtypes } = origin.op;
    return { shape: shapes[origin.output] as readonly number[], dtype: dtypes[origin.output] as number };
  }

  private refuse(error: CompileError): CompileError {
    this.refused = error;
    this.outer?.refuse(error);
    return error;
  }

  private knows(data: object): boolean {
    return this.known.has(data) || (this.outer?.knows(data) ?? false);
  }

  private checkDeclared(tensor: tf.Tensor): void {
    if (this.knows(tensor.dataId)) return;
    throw undeclared(tensor);
  }
}
