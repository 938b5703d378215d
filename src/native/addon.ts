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
export type RunHandle = Handle<"run">;

/** What the addon says of a tensor, or of a feed or fetch; a rank or size of -1 is unknown. */
export type Description = readonly [dtype: number, rank: number, ...shape: number[]];

export interface Addon {
  setEnvironment(name: string, value: string): void;
  free(handle: Handle<string>): void;
  newTensor(dtype: number, shape: readonly number[], values?: Values | readonly Uint8Array[]): TensorHandle;
  describe(tensor: TensorHandle): Description;
  read(tensor: TensorHandle): ArrayBuffer | ArrayBuffer[];
  readInto(tensor: TensorHandle, into: Values): void;
  view(tensor: TensorHandle): ArrayBuffer;
  newSession(graphDef: Uint8Array, config: Uint8Array): SessionHandle;
  closeSession(session: SessionHandle): void;
  waitForRuns(session: SessionHandle): void;
  listDevices(session: SessionHandle): string[];
  prepare(
    session: SessionHandle,
    feeds: readonly string[],
    fetches: readonly string[],
    targets: readonly string[],
  ): [call: CallHandle, ...ports: Description[]];
  run(call: CallHandle, inputs: RawInputs, options?: Uint8Array): TensorHandle[];
  run(call: CallHandle, inputs: RawInputs, options: Uint8Array, isTraced: true): RawTraced;
  startRun(
    call: CallHandle,
    inputs: RawInputs,
    options?: Uint8Array,
    isTraced?: boolean,
  ): [run: RunHandle, ended: Promise<void>];
  outputsOf(run: RunHandle): TensorHandle[] | RawTraced;
  takeTensors(): TensorHandle[];
  giveTensors(tensors: readonly TensorHandle[]): void;
  bridgeOps(): [exportOp: string, importOp: string];
  preparePlan(once: Int32Array, each: Int32Array, words: number): RawPlan;
  kernelLevels(): string[];
  useKernels(level: string): void;
}
export type RawInputs = readonly (TensorHandle | Values)[];
export type RawTraced = readonly [outputs: TensorHandle[], metadata: ArrayBuffer];

/** A look-up that failed: the number of the instruction, the position among its indices, and the index. */
export type PlanFault = readonly [instruction: number, element: number, index: number];
export type RawPlan = readonly [
  runOnce: () => PlanFault | undefined,
  run: () => PlanFault | undefined,
  arena: Float32Array,
];
