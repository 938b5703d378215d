/** The ways to decode that are measured, by name. */
export const WAYS = {
  greedy_1: { beamWidth: 1, batch: 1 },
  greedy_64: { beamWidth: 1, batch: 64 },
  beam4_1: { beamWidth: 4, batch: 1 },
  beam4_64: { beamWidth: 4, batch: 64 },
} as const;

export type WayName = keyof typeof WAYS;

export const isWay = (name: string): name is WayName => Object.hasOwn(WAYS, name);

export const WAY_NAMES = Object.keys(WAYS).filter(isWay);

/** Sentences of the task; every process decodes the same ones. */
export const SENTENCES = 64;

/** What a decoding process is asked, a line of JSON. */
export interface Question {
  /** The first sentence, and how many. */
  readonly start: number;
  readonly count: number;
  /** How many sentences are decoded at once. */
  readonly batch: number;
  readonly beamWidth: number;
  /** The sentences are decoded again until these seconds have passed. */
  readonly seconds: number;
  /** Whether the answer has the tokens. */
  readonly tell: boolean;
}

/** What it answers, a line of JSON. */
export interface Answer {
  /** Milliseconds a sentence. */
  readonly ms: number;
  /** Each sentence's tokens, without the end token, where they were asked for. */
  readonly tokens?: readonly (readonly number[])[];
  /** The variant that was fastest where a process has several, such as a number of threads. */
  readonly with?: string;
}
