/** Ways to train the same network: compiled steps of our own, and fit. */
import type { Callback } from "unroll/train";
import { type Arrays, firstExamples } from "./arrays.mts";
import type { Fitting, Library } from "./library.mts";
import { batchOf, type Network } from "./network.mts";
import type { Workload } from "./workload.mts";

export interface Way {
  /** Trains that many steps. @returns milliseconds a step */
  run(count: number): number | Promise<number>;
  dispose(): void;
}

/** What a way trains. */
export interface Train {
  readonly library: Library;
  readonly network: Network;
  readonly workload: Workload;
  readonly shards: number | undefined;
}

/** Milliseconds a step, of so many in a row. */
export function perStep(count: number, step: (i: number) => unknown): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) step(i);
  return (performance.now() - start) / count;
}

type Bare = Record<"bare" | "guarded" | "rows" | "rowsGuarded", Way>;

/** @param examples how many there are of resident data */
export function bareWays({ library, network, workload, shards }: Train, examples: number): Bare {
  const { compile, rnn, tf } = library;
  const { variables, terms } = network;
  const batch = batchOf(tf, workload);
  const resident = batchOf(tf, { ...workload, batch: examples });
  const options = (guard: boolean) => ({ variables, optimizer: new rnn.AdamOptimizer(), shards, guard });
  const rows = (i: number) =>
    Int32Array.from({ length: workload.batch }, (_, j) => (i * workload.batch + 7919 * j) % examples);
  const whole = (guard: boolean): Way => {
    const step = compile.trainStep(terms, options(guard));
    return { run: (count) => perStep(count, () => step(...batch)), dispose: step.dispose };
  };
  const byRow = (guard: boolean): Way => {
    const step = compile.trainStepOnRows(resident, terms, options(guard));
    return { run: (count) => perStep(count, (i) => step(rows(i))), dispose: step.dispose };
  };
  return { bare: whole(false), guarded: whole(true), rows: byRow(false), rowsGuarded: byRow(true) };
}

export interface FitTrain extends Train {
  readonly library: Library & Fitting;
  readonly arrays: Arrays;
  /** The first steps of each fit that are not timed: making its graph is no part of a step. */
  readonly warmUps: number;
}

/** @returns the way; `drawn`: how many characters fit's bar has written */
export function fitWay({ library, network, workload, shards, arrays, warmUps }: FitTrain): Way & { drawn(): number } {
  const terminal = pseudoTerminal();
  const optimizer = new library.rnn.AdamOptimizer();
  const { variables, outputOf: call, lossOf: loss } = network;
  const batchSize = workload.batch;
  const run = async (count: number) => {
    let [start, end, steps] = [0, 0, 0];
    const watch: Callback = {
      onBatchEnd: (_batch, _logs, { step }) => {
        if (step === warmUps) start = performance.now();
        end = performance.now();
        steps = step - warmUps;
        return undefined;
      },
    };
    const options = { batchSize, seed: 1, shards, callbacks: [watch], progress: library.bar(terminal) };
    const data = firstExamples(arrays, (count + warmUps) * batchSize);
    await library.fit({ variables, call }, data, { ...options, loss, optimizer });
    return (end - start) / steps;
  };
  return { run, dispose: () => undefined, drawn: () => terminal.characters };
}

/** A terminal as fit's bar uses one. */
function pseudoTerminal() {
  const terminal = {
    columns: 100,
    characters: 0,
    write: (text: string) => {
      terminal.characters += text.length;
    },
  };
  return terminal;
}
