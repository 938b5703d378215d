/** The functions of the addon, as src/native/addon registers them. Only this room calls them. */

/** A typed array that holds the values of a tensor. */
export type Values =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** An object of the addon, which frees it when JavaScript does, or when it is collected. */
export interface Handle<Kind extends string> {
  readonly kind: Kind;
}
export type TensorHandle = Handle<"tensor">;
export type SessionHandle = Handle<"session">;
export type CallHandle = Handle<"call">;

/** dtype, then the sizes; `[dtype, undefined]` where the graph does not know the shape. */
export type RawPort = readonly (number | undefined)[];

export interface Addon {
  version(): string;
  setEnvironment(name: string, value: string): void;
  free(handle: Handle<string>): void;
  newTensor(dtype: number, shape: readonly number[], values?: Values | readonly Uint8Array[]): TensorHandle;
  describe(tensor: TensorHandle): number[];
  read(tensor: TensorHandle): Values | Uint8Array[];
  readInto(tensor: TensorHandle, into: Values): void;
  view(tensor: TensorHandle): Values;
  newSession(graphDef: Uint8Array, config: Uint8Array): SessionHandle;
  closeSession(session: SessionHandle): void;
  waitForRuns(session: SessionHandle): void;
  listDevices(session: SessionHandle): string[];
  prepare(
    session: SessionHandle,
    feeds: readonly string[],
    fetches: readonly string[],
    targets: readonly string[],
  ): CallHandle;
  ports(call: CallHandle): RawPort[];
  run(call: CallHandle, inputs: RawInputs, into?: undefined, options?: Uint8Array): TensorHandle[];
  run(call: CallHandle, inputs: RawInputs, into: readonly Values[], options?: Uint8Array): undefined;
  run(call: CallHandle, inputs: RawInputs, into: undefined, options: Uint8Array, traced: true): RawTraced;
  runAsync(call: CallHandle, inputs: RawInputs, into?: undefined, options?: Uint8Array): Promise<TensorHandle[]>;
  runAsync(call: CallHandle, inputs: RawInputs, into: readonly Values[], options?: Uint8Array): Promise<undefined>;
  runAsync(call: CallHandle, inputs: RawInputs, into: undefined, options: Uint8Array, traced: true): Promise<RawTraced>;
  takeTensors(count: number): TensorHandle[];
  giveTensors(tensors: readonly TensorHandle[]): void;
  bridgeOps(): [exportOp: string, importOp: string];
}
export type RawInputs = readonly (TensorHandle | Values)[];
export type RawTraced = readonly [outputs: TensorHandle[], metadata: Uint8Array];
