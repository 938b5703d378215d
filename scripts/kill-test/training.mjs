/**
 * The training that is killed: a small GRU with dropout, Adam, seeded batches, a compiled step, a checkpoint every few
 * steps. What it does depends on its seeds alone, so that any chain of runs ends with the same weights.
 */
import { trainStep } from "../../dist/compile/index.js";
import { batches, latestCheckpoint, Random, writeCheckpoint } from "../../dist/data/index.js";
import { AdamOptimizer, Dense, DropoutWrapper, dynamicRnn, GRUCell, toTensor } from "../../dist/rnn/index.js";
import * as tf from "../../dist/tf.js";
import { captureTraining, restoreTraining, weightsOf } from "../../dist/train/training-state.js";

const SEED = 14;
const KEEP = 3;

/** 64 short sequences and the sums of their numbers. */
function sums() {
  const random = new Random(SEED);
  const data = Float32Array.from({ length: 64 * 6 * 2 }, () => random.uniform(-1, 1));
  const y = Float32Array.from({ length: 64 }, (_, i) =>
    data.subarray(12 * i, 12 * (i + 1)).reduce((sum, x) => sum + x),
  );
  return { x: { data, shape: [64, 6, 2] }, y: { data: y, shape: [64, 1] } };
}

function model() {
  const cell = new DropoutWrapper(new GRUCell({ inputSize: 2, numUnits: 12, seed: SEED }), { outputKeepProb: 0.9 });
  const head = new Dense({ inputSize: 12, outputSize: 1, seed: SEED });
  const weights = weightsOf({ rnn: cell, head });
  const optimizer = new AdamOptimizer({ learningRate: 0.01 });
  const loss = (x, y, training) => tf.square(tf.sub(head.call(dynamicRnn(cell, x, { training })[1]), y));
  const step = trainStep(loss, { variables: Object.values(weights), optimizer, seed: SEED, shards: 2 });
  return { weights, optimizer, step, seed: SEED };
}

/**
 * Goes on from the folder's latest checkpoint, until that many steps are done; then the last checkpoint is written.
 *
 * @param every steps between checkpoints
 * @param tell called with a word and a number before each part of the work
 */
export async function train(folder, until, every, tell) {
  const dataset = sums();
  const training = model();
  const { step } = training;
  const latest = await latestCheckpoint(folder, { say: (line) => tell("damaged", line) });
  let { epoch, batch } = latest ? restoreTraining(training, latest) : { epoch: 0, batch: 0 };
  tell("capture", step.iteration);
  const save = async () => {
    tell("writing", step.iteration);
    const content = { number: step.iteration, ...captureTraining(training, { epoch, batch }) };
    await writeCheckpoint(folder, content, { keep: KEEP });
    tell("written", step.iteration);
  };
  for (; step.iteration < until; epoch++, batch = 0) {
    const ofEpoch = [...batches(dataset, { batchSize: 8, seed: SEED, epoch })];
    while (batch < ofEpoch.length && step.iteration < until) {
      const [x, y] = [toTensor(ofEpoch[batch].x), toTensor(ofEpoch[batch].y)];
      step(x, y);
      tf.dispose([x, y]);
      batch++;
      tell("step", step.iteration);
      if (step.iteration % every === 0 || step.iteration === until) await save();
    }
    if (batch < ofEpoch.length) break; // done in the middle of an epoch
  }
}
