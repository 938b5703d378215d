import type * as tf from "../../tf";
import type { Attribute } from "../engine/attributes";
import type { Binding, Metadata, NativeBackend } from "../engine/backend";
import { typedArray } from "../engine/dtypes";
import { withIndexErrors } from "../engine/index-errors";
import { CompileError } from "../errors";
import { needed, type Op, type Signature, signatureOf, type Trace, type Value } from "../ir/trace";
import { refuseRandomValues } from "./host-randomness";
import { checkResults, isOfVariable, readError, refuseStateful, undeclared } from "./refusals";
import { currentScope } from "./scopes";

/**
 * Records the native operations of a function. While the function runs, a recorder stands in for the backend's binding:
 * every operation of TensorFlow.js passes `executeOp`, and every host value passes `createTensor`.
 */
export class Recorder {
  private readonly ops: Op[] = [];
  /** The values of the trace, by the ids of the native tensors that hold them. */
  private readonly values = new Map<number, Value>();
  /** The memory behind the tensors that this trace may use. */
  private readonly known = new WeakSet<object>();
  private readonly real: Binding;
  /** The binding that was in place before: the real one, or that of the outer recorder. */
  private readonly outerBinding: Binding;
  private readonly signatures: Signature[];
  private refused: CompileError | undefined;

  /**
   * @param outer the recorder of the outer function, when this one records the body of a loop. The body may use the outer
   *   function's values; `free` lists those that it did use
   */
  constructor(
    private readonly backend: NativeBackend,
    inputs: readonly tf.Tensor[],
    private readonly outer?: Recorder,
  ) {
    this.outerBinding = backend.binding;
    this.real = outer?.real ?? backend.binding;
    this.signatures = inputs.map(({ shape, dataId }) => ({ shape, dtype: backend.tensorMap.get(dataId).dtype }));
    backend.getInputTensorIds(inputs).forEach((id, input) => {
      this.values.set(id, { input });
    });
    for (const tensor of inputs) this.known.add(tensor.dataId);
  }

  /** The native ids of the captured values, in the order of this trace's last inputs. */
  readonly free: number[] = [];

  /**
   * Replaces the backend's binding and the methods that let tensors in and out. The new binding is a plain object with the
   * members of the real one, because these are not configurable and a Proxy may not replace them.
   */
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
        if (this.outer !== undefined && !this.known.has(tensor.dataId)) this.enterOuterTrace(tensor);
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
      throw this.refuse(readError()); // traceOf throws it again, because the function may catch this one
    };
    backend.read = async (data) => {
      if (backend.tensorMap.get(data).values !== null && !isOfVariable(data)) return backend.readSync(data);
      this.refuse(readError()); // traceOf throws it, because nobody may be waiting for this promise
      return new Promise(() => {});
    };
  }

  /** Restores the methods of the prototype, or those of the outer recorder. */
  remove(): void {
    for (const name of ["getInputTensorIds", "createOutputTensor", "move", "readSync", "read"]) {
      delete (this.backend as unknown as Record<string, unknown>)[name];
    }
    this.backend.binding = this.real;
    this.outer?.install();
  }

  /** Makes a tensor of the outer function, if it still has only host values, a constant of the outer trace. */
  private enterOuterTrace(tensor: tf.Tensor): void {
    const { backend } = this;
    const inner = backend.binding;
    backend.binding = this.outerBinding;
    Object.getPrototypeOf(backend).getInputTensorIds.call(backend, [tensor]);
    backend.binding = inner;
  }

  /**
   * Records an op that is not a native operation, such as a loop. Zeros stand for its outputs while the function runs.
   *
   * @param ids the native ids of its inputs, which may be deleted already
   */
  recordComposite(op: Op, ids: readonly number[]): tf.Tensor[] {
    const made = op.shapes.map((shape, i) => {
      const dtype = op.dtypes[i] as number;
      return {
        id: this.real.createTensor(
          [...shape],
          dtype,
          typedArray(dtype, new Float32Array(shape.reduce((product, size) => product * size, 1))),
        ),
        shape: [...shape],
        dtype,
      };
    });
    const inputs = ids.map((id) => this.valueFor(id, `an input of ${op.name}`));
    const names = made.map(({ id }) => id);
    this.record({ ...op, inputs }, names);
    return made.map((metadata) => this.backend.createOutputTensor(metadata));
  }

  /** Whether a tensor is a value of the outer function, not of the loop's body that this recorder records. */
  isCaptured({ dataId }: tf.Tensor): boolean {
    return !this.known.has(dataId) && (this.outer?.knows(dataId) ?? false);
  }

  /** The recorder of the whole function. */
  get outermost(): Recorder {
    return this.outer?.outermost ?? this;
  }

  /** Whether this recorder records the body of a loop. */
  get isInside(): boolean {
    return this.outer !== undefined;
  }

  traceOf(results: readonly tf.Tensor[]): Trace {
    if (this.refused !== undefined) throw this.refused;
    checkResults(results);
    const ids = this.backend.getInputTensorIds(results);
    const outputs = ids.map((id) => this.valueFor(id, "a result"));
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
    const inputs = ids.map((id) => this.valueFor(id, `an input of ${name}`));
    const made = withIndexErrors(() => this.real.executeOp(name, attributes, ids, count));
    const [shapes, dtypes] = [made.map(({ shape }) => shape), made.map(({ dtype }) => dtype)];
    this.record(
      { name, attributes, inputs, shapes, dtypes },
      made.map(({ id }) => id),
    );
    return made;
  }

  private record(made: Op, ids: readonly number[]): void {
    const scope = currentScope();
    const op = scope === undefined ? made : { ...made, scope };
    this.ops.push(op);
    ids.forEach((id, output) => {
      this.values.set(id, { op, output });
    });
  }

  private valueFor(id: number, what: string): Value {
    const value = this.values.get(id) ?? this.captured(id);
    if (value === undefined) throw new CompileError(`compile: ${what} was not made while capturing`);
    return value;
  }

  /** A value of the outer trace, as one more input of this trace; undefined if the outer trace has no such value. */
  private captured(id: number): Value | undefined {
    const outer = this.outer?.signatureOf(id);
    if (outer === undefined) return undefined;
    this.free.push(id);
    const value = { input: this.signatures.push(outer) - 1 };
    this.values.set(id, value);
    return value;
  }

  private signatureOf(id: number): Signature | undefined {
    const value = this.values.get(id) ?? this.captured(id);
    return value && signatureOf(value, { inputs: this.signatures });
  }

  /** Notes an error that this trace, and the outer ones, end with even if the function catches it. */
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
