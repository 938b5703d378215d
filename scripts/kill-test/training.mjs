/**
 * The training that is killed: a small GRU with dropout, Adam, seeded batches, validation, patience, a compiled step, a
 * checkpoint every few steps. What it does depends on its seeds alone, so that any chain of runs ends with the same
 * weights.
 */
import { Random } from "../../dist/data/index.js";
import { AdamOptimizer, Dense, DropoutWrapper, dynamicRnn, GRUCell } from "../../dist/rnn/index.js";
import {
  EarlyStopping,
  fit,
  ModelCheckpoint,
  modelOf,
  ReduceLROnPlateau,
  squaredError,
} from "../../dist/train/index.js";

const SEED = 14;
const KEEP = 3;
const BATCH = 8;
const ROWS = 64;

/** Short sequences and the sums of their numbers. */
function sums(rows, seed) {
  const random = new Random(seed);
  const data = Float32Array.from({ length: rows * 6 * 2 }, () => random.uniform(-1, 1));
  const y = Float32Array.from({ length: rows }, (_, i) =>
    data.subarray(12 * i, 12 * (i + 1)).reduce((sum, x) => sum + x),
  );
  return { x: { data, shape: [rows, 6, 2] }, y: { data: y, shape: [rows, 1] } };
}

function model() {
  const cell = new DropoutWrapper(new GRUCell({ inputSize: 2, numUnits: 12, seed: SEED }), { outputKeepProb: 0.9 });
  const head = new Dense({ inputSize: 12, outputSize: 1, seed: SEED });
  return modelOf({ rnn: cell, head }, (x, training) => head.call(dynamicRnn(cell, x, { training })[1]));
}

/**
 * Goes on from the folder's latest checkpoint, until that many steps are done; then the last checkpoint is written.
 *
 * @param every steps between checkpoints
 * @param tell called with a word and a number before each part of the work
 */
export async function train(folder, until, every, tell) {
  const warn = console.warn;
  console.warn = (line) => tell("damaged", line);
  const watch = {
    onTrainBegin: (run) => tell("capture", run.step),
    onBatchEnd: (_batch, _logs, run) => {
      tell("step", run.step);
      if (run.step === until) run.stop("enough");
      if (run.step === until || run.step % every === 0) tell("writing", run.step);
    },
  };
  const checkpoint = new ModelCheckpoint({
    folder,
    keep: KEEP,
    every: { steps: every },
    written: (path) => tell("written", Number(path.slice(-9))),
  });
  try {
    await fit(model(), sums(ROWS, SEED), {
      loss: squaredError,
      optimizer: new AdamOptimizer({ learningRate: 0.01 }),
      epochs: Math.min(2 ** 40, Math.ceil(until / (ROWS / BATCH)) + 1),
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
