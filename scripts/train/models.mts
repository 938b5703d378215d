/** What can be trained. */
import type { Config, ModelDefaults, ModelName } from "./config.mts";
import type { Make } from "./task.mts";

interface Entry {
  /** For --help. */
  readonly about: string;
  readonly defaults: ModelDefaults;
  /** The defaults that --quick changes. */
  readonly quick: Config;
  /** Imports what makes the model. Asking for --help does not load the tensor engine. */
  load(): Promise<{ readonly make: Make }>;
}

export const MODELS: Readonly<Record<ModelName, Entry>> = {
  mnist: {
    about: "handwritten digits, read row by row: 28 time steps of 28 pixels, then one of ten classes",
    defaults: { cell: "rnn", units: 150, layers: 1, epochs: 10, batchSize: 150, learningRate: 0.001 },
    quick: { epochs: 1 },
    load: () => import("./models/mnist.mts"),
  },
  series: {
    about: "the next value of y = t·sin(t)/3 + 2·sin(5t), at each of 20 time steps",
    defaults: { cell: "rnn", units: 100, layers: 1, epochs: 40, batchSize: 50, learningRate: 0.001 },
    quick: { epochs: 2 },
    load: () => import("./models/series.mts"),
  },
  char: {
    about: "the next character, word or byte pair of Shakespeare, or of a text of your own; it writes one then",
    defaults: {
      ...{ cell: "lstm", units: 256, layers: 1, epochs: 20, batchSize: 64, learningRate: 0.002 },
      ...{ tokenizer: "chars", length: 300, temperature: 0.8 },
    },
    quick: { epochs: 1 },
    load: () => import("./models/char.mts"),
  },
};

export const DEFAULTS = { seed: 42, tensorboard: false, quick: false, runs: "runs" };
