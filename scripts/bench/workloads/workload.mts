/** What is measured: networks to train, as ../shared/peers/workloads.json describes them, and one LSTM's inference. */

export const CELL_KINDS = ["rnn", "lstm", "gru"] as const;

export type CellKind = (typeof CELL_KINDS)[number];

export interface Workload {
  readonly cell: CellKind;
  readonly activation: "relu" | "tanh";
  readonly layers: number;
  readonly batch: number;
  readonly timeSteps: number;
  readonly inputs: number;
  readonly units: number;
  readonly outputs: number;
  /** Whether the dense layer stands on every time step or on the last. */
  readonly head: "every" | "last";
  readonly loss: "mse" | "softmax";
}

export type Workloads = Readonly<Record<string, Workload>>;

/** @throws Error naming a workload whose cell is unknown */
export function workloadsIn(json: string): Workloads {
  const workloads: Workloads = JSON.parse(json);
  for (const [name, { cell }] of Object.entries(workloads)) {
    if (CELL_KINDS.some((kind) => kind === cell)) continue;
    throw new Error(`${name}: unknown cell "${cell}"; there are ${CELL_KINDS.join(", ")}`);
  }
  return workloads;
}

/** An LSTM's inference: a whole sequence in a call, and a time step in a call. */
export const INFERENCE = ["lstm_sequence", "lstm_token"] as const;

export type InferenceName = (typeof INFERENCE)[number];

/** What one process measures: a workload by its name, or an inference. */
export type Subject =
  | { readonly name: string; readonly workload: Workload }
  | { readonly name: InferenceName; readonly workload?: undefined };

/** @throws Error at a name that is neither a workload's nor an inference's */
export function subjectOf(name: string, workloads: Workloads | undefined): Subject {
  const inference = INFERENCE.find((each) => each === name);
  return inference === undefined ? { name, workload: workloadOf(name, workloads ?? {}) } : { name: inference };
}

/** @throws Error at a name that is no workload's */
export function workloadOf(name: string, workloads: Workloads): Workload {
  const workload = workloads[name];
  if (workload === undefined) throw new Error(`unknown workload "${name}"`);
  return workload;
}
