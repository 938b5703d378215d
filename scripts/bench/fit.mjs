/**
 * What fit costs beside a bare compiled step, and what the guard costs: four ways to train the same network, in turn in
 * one process, block by block, so that a machine that gets slower does so for all.
 */
import { median } from "./measure.mjs";
import { batchOf, networkOf } from "./network.mjs";

/** What is measured: the bare step, the same guarded, one on rows of held data, and fit with its bar. */
export const WAYS = ["bare", "guarded", "rows", "rowsGuarded", "fit"];

const BLOCKS = 9; // of each way
const WARM_UPS = 5;
const LEAST = 12; // steps in a block

/**
 * @param seconds that one way is timed for, all its blocks together
 * @returns milliseconds a step by way, the median of its blocks; `guard`, `rows` and `fit`: the medians of the blocks'
 *   ratios to the bare step; `drawn`, what the bar wrote in characters
 */
export async function measureFit(unroll, workload, { seconds, shards, blocks = BLOCKS }) {
  const { tf } = unroll;
  const network = networkOf(unroll.rnn, tf, workload);
  const steps = await stepsFor(unroll, network, workload, { seconds: seconds / blocks, shards });
  const arrays = arraysOf(tf, { ...workload, batch: workload.batch * steps });
  const ways = {
    ...bareWays(unroll, network, workload, { arrays, shards }),
    ...fitWay(unroll, network, workload, { arrays, shards }),
  };
  for (const way of WAYS) await ways[way].run(WARM_UPS);
  const times = Object.fromEntries(WAYS.map((way) => [way, []]));
  for (let block = 0; block < blocks; block++) {
    const order = block % 2 === 0 ? WAYS : [...WAYS].reverse();
    for (const way of order) times[way].push(await ways[way].run(steps));
  }
  for (const way of WAYS) ways[way].dispose?.();
  const over = (a, b) => median(times[a].map((time, i) => time / times[b][i]));
  const figures = Object.fromEntries(WAYS.map((way) => [`${way}_ms`, median(times[way])]));
  const ratios = {
    guard: over("guarded", "bare"),
    rows: over("rows", "bare"),
    rowsGuard: over("rowsGuarded", "rows"),
    fit: over("fit", "bare"),
  };
  return { ...figures, ...ratios, steps: steps * blocks, drawn: ways.fit.drawn() };
}

/** How many steps make a block of that length. */
async function stepsFor({ compile, rnn, tf }, { variables, terms }, workload, { seconds, shards }) {
  const batch = batchOf(tf, workload);
  const step = compile.trainStep(terms, { variables, optimizer: new rnn.AdamOptimizer(), shards });
  await perStep(WARM_UPS, () => step(...batch));
  const count = Math.max(LEAST, Math.ceil((1000 * seconds) / (await perStep(WARM_UPS, () => step(...batch)))));
  step.dispose();
  tf.dispose(batch);
  return count;
}

/** Milliseconds a step, of so many in a row. */
async function perStep(count, step) {
  const start = performance.now();
  for (let i = 0; i < count; i++) step(i);
  return (performance.now() - start) / count;
}

function bareWays({ compile, rnn, tf }, { variables, terms }, workload, { arrays, shards }) {
  const batch = batchOf(tf, workload);
  const held = [rnn.toTensor(arrays.x), rnn.toTensor(arrays.y)];
  const options = (guard) => ({ variables, optimizer: new rnn.AdamOptimizer(), shards, guard });
  const rows = (i) =>
    Int32Array.from({ length: workload.batch }, (_, j) => (i * workload.batch + 7919 * j) % held[0].shape[0]);
  const whole = (guard) => {
    const step = compile.trainStep(terms, options(guard));
    return { run: (count) => perStep(count, () => step(...batch)), dispose: step.dispose };
  };
  const byRow = (guard) => {
    const step = compile.trainStepOnRows(held, terms, options(guard));
    return { run: (count) => perStep(count, (i) => step(rows(i))), dispose: step.dispose };
  };
  return { bare: whole(false), guarded: whole(true), rows: byRow(false), rowsGuarded: byRow(true) };
}

/** Of each fit, the steps after the first few count: making its graph is no part of a step. */
function fitWay({ train, rnn }, { variables, outputOf, lossOf }, { batch }, { arrays, shards }) {
  const terminal = pseudoTerminal();
  const optimizer = new rnn.AdamOptimizer();
  const run = async (count) => {
    let [start, end, steps] = [0, 0, 0];
    const watch = {
      onBatchEnd: (_batch, _logs, { step }) => {
        if (step === WARM_UPS) start = performance.now();
        end = performance.now();
        steps = step - WARM_UPS;
        return undefined;
      },
    };
    const options = { batchSize: batch, seed: 1, shards, callbacks: [watch], progress: train.bar(terminal) };
    const data = firstRows(arrays, (count + WARM_UPS) * batch);
    await train.fit({ variables, call: outputOf }, data, { ...options, loss: lossOf, optimizer });
    return (end - start) / steps;
  };
  return { fit: { run, drawn: () => terminal.characters } };
}

/** A terminal as fit's bar uses one. */
function pseudoTerminal() {
  const terminal = { columns: 100, characters: 0 };
  terminal.write = (text) => {
    terminal.characters += text.length;
  };
  return terminal;
}

/** That many examples as typed arrays; where there are fewer, they come again. */
function firstRows({ x, y }, rows) {
  const take = ({ data, shape: [count, ...shape] }) => {
    const size = data.length / count;
    const taken = new data.constructor(rows * size);
    for (let i = 0; i < rows; i++) taken.set(data.subarray((i % count) * size, ((i % count) + 1) * size), i * size);
    return { data: taken, shape: [rows, ...shape] };
  };
  return { x: take(x), y: take(y) };
}

function arraysOf(tf, workload) {
  const [x, y] = batchOf(tf, workload);
  const arrays = {
    x: { data: x.dataSync().slice(), shape: x.shape },
    y: { data: y.dataSync().slice(), shape: y.shape },
  };
  tf.dispose([x, y]);
  return arrays;
}
