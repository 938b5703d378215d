/**
 * The training that is killed: a small GRU with dropout, Adam, seeded batches, validation, patience, a compiled step, a
 * checkpoint every few steps. What it does depends on its seeds alone, therefore any chain of runs ends with the same
 * weights.
 */
import { Random } from "unroll/data";
import { AdamOptimizer, Dense, DropoutWrapper, dynamicRnn, GRUCell } from "unroll/rnn";
import {
  type Callback,
  EarlyStopping,
  fit,
  type Model,
  ModelCheckpoint,
  modelOf,
  ReduceLROnPlateau,
  squaredError,
  type TrainingData,
} from "unroll/train";
import { KEPT } from "./compare.mts";

const SEED = 14;
const BATCH = 8;
const EXAMPLES = 64;

/** Reports a word, for a part of the work that begins or ends, and a step or a message. */
export type Tell = (word: string, about: string | number) => void;

/** Short sequences and the sums of their numbers. */
function sums(examples: number, seed: number): TrainingData {
  const random = new Random(seed);
  const data = Float32Array.from({ length: examples * 6 * 2 }, () => random.uniform(-1, 1));
  const y = Float32Array.from({ length: examples }, (_, i) =>
    data.subarray(12 * i, 12 * (i + 1)).reduce((sum, x) => sum + x),
  );
  return { x: { data, shape: [examples, 6, 2] }, y: { data: y, shape: [examples, 1] } };
}

function model(): Model {
  const cell = new DropoutWrapper(new GRUCell({ inputSize: 2, numUnits: 12, seed: SEED }), { outputKeepProb: 0.9 });
  const head = new Dense({ inputSize: 12, outputSize: 1, seed: SEED });
  return modelOf({ rnn: cell, head }, (x, training) => head.call(dynamicRnn(cell, x, { training })[1]));
}

/**
 * Goes on from the folder's latest checkpoint until `until` steps are done, and writes a last checkpoint then.
 *
 * @param every steps between checkpoints
 * @param tell called before each part of the work
 */
export async function train(folder: string, until: number, every: number, tell: Tell): Promise<void> {
  const warn = console.warn;
  console.warn = (line) => tell("damaged", line);
  const watch: Callback = {
    onTrainBegin: (run) => tell("capture", run.step),
    onBatchEnd: (_batch, _logs, run) => {
      tell("step", run.step);
      if (run.step === until) run.stop("enough");
      if (run.step === until || run.step % every === 0) tell("writing", run.step);
    },
  };
  const checkpoint = new ModelCheckpoint({
    folder,
    keep: KEPT,
    every: { steps: every },
    written: (path) => tell("written", Number(path.slice(-9))),
  });
  try {
    await fit(model(), sums(EXAMPLES, SEED), {
      loss: squaredError,
      optimizer: new AdamOptimizer({ learningRate: 0.01 }),
      epochs: Math.min(2 ** 40, Math.ceil(until / (EXAMPLES / BATCH)) + 1),
      batchSize: BATCH,
      seed: SEED,
      shards: 2,
      validationData: sums(16, SEED + 1),
      callbacks: [
        watch,
        new EarlyStopping({ patience: 2 ** 40, restoreBestWeights: true }),
        new ReduceLROnPlateau({ patience: 2 }),
        checkpoint,
      ],
      progress: false,
      resume: folder,
    });
  } finally {
    console.warn = warn;
  }
}
