/** The networks whose inference is measured, by name, all of 64 inputs and one example. */
export interface InferNetwork {
  readonly cell: "lstm" | "gru" | "reset_after_gru";
  readonly units: number;
  /** Layers, and whether a dense layer of 10 outputs follows. */
  readonly layers: 1 | 2;
  /** Time steps in a call. One step keeps its state from call to call. */
  readonly steps: 1 | 100;
}

export const INPUTS = 64;
export const CLASSES = 10;

export const NETWORKS = {
  lstm_64: { cell: "lstm", units: 64, layers: 1, steps: 1 },
  lstm_128: { cell: "lstm", units: 128, layers: 1, steps: 1 },
  gru_64: { cell: "gru", units: 64, layers: 1, steps: 1 },
  gru_128: { cell: "gru", units: 128, layers: 1, steps: 1 },
  reset_after_gru_128: { cell: "reset_after_gru", units: 128, layers: 1, steps: 1 },
  lstm_128_stack: { cell: "lstm", units: 128, layers: 2, steps: 1 },
  lstm_128_sequence: { cell: "lstm", units: 128, layers: 1, steps: 100 },
  gru_128_sequence: { cell: "gru", units: 128, layers: 1, steps: 100 },
} as const satisfies Readonly<Record<string, InferNetwork>>;

export type NetworkName = keyof typeof NETWORKS;

export const isNetwork = (name: string): name is NetworkName => Object.hasOwn(NETWORKS, name);

export const NETWORK_NAMES = Object.keys(NETWORKS).filter(isNetwork);

/** What each process is given, as JSON. */
export interface InferTask {
  /** The safetensors file: the inputs `x`, [100, 64], and the weights, as `lstm_64/kernel0`. */
  readonly weights: string;
  readonly networks: Readonly<Record<string, InferNetwork>>;
}

/** What a process is asked, a line of JSON. */
export interface InferQuestion {
  readonly network: NetworkName;
  /** For how long calls are timed. */
  readonly seconds: number;
  /** Whether the answer has the outputs, from a state of zeros, for all rows of x. */
  readonly tell: boolean;
}

/** What it answers, a line of JSON. */
export interface InferAnswer {
  /** Microseconds a call: the median over passes over all rows of x. */
  readonly us: number;
  readonly outputs?: readonly number[];
}
