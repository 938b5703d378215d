/**
 * random-calls.cjs ADDON CALLS SEED [running]: calls the addon's functions at random, also with what is wrong, asynchronously and
 * interleaved, frees at random, and ends with everything freed; with `running`, it ends
 * by process.exit while a run is in flight, after a worker thread was terminated at work. For a build with AddressSanitizer, which ends the process
 * at the first wrong access.
 */
const { isMainThread, parentPort, Worker, workerData } = require("node:worker_threads");

const [path, calls, seed, end] = isMainThread ? process.argv.slice(2) : workerData;
require("../compile/typescript.cjs");
process.env.UNROLL_NATIVE = "off"; // the sanitized addon takes the place of the other
const tf = require("../../src/tf.ts");
const { graph, T, loopGraph } = require("./child.cjs");
const { configProto, runOptions } = require("../../src/native/index.ts");
const addon = require(String(path));
const { binding } = /** @type {any} */ (tf.backend());

let state = Number(seed) >>> 0;
/** Mulberry32. @param {number} below */
function random(below) {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % below;
}
/** @template V @param {readonly V[]} list @returns {V} */
const any = (list) => /** @type {V} */ (list[random(list.length)]);

const DTYPES = /** @type {const} */ ([
  [1, Float32Array],
  [2, Float64Array],
  [3, Int32Array],
  [9, BigInt64Array],
  [10, Uint8Array],
]);
const bytes = graph((writer) => {
  const x = writer.placeholder("x", 1, [3, 4]);
  const z = writer.node("Placeholder", [], { dtype: T.T }, "z");
  const v = writer.variable("v", 1, [3, 4]);
  writer.node("AssignVariableOp", [v, writer.node("DeepCopy", [x], T)], { dtype: T.T }, "assign");
  writer.node("AssignAddVariableOp", [v, x], { dtype: T.T }, "add");
  writer.node("ReadVariableOp", [v], { dtype: T.T }, "read");
  writer.node("AddV2", [z, z], T, "twice");
  writer.node("MatMul", [x, z], T, "product"); // fails where z does not fit
});
const CONFIGS = [
  configProto(),
  configProto({ interOpThreads: -1 }),
  configProto({ perSessionThreads: true, interOpThreads: 2 }),
];
const OPTIONS = [
  undefined,
  runOptions({ timeoutMs: 1000 }),
  runOptions({ trace: "full" }),
  runOptions({ inCallerThread: true }),
];
const CALLS = [
  [["x"], [], ["assign"]],
  [["x"], [], ["add"]],
  [[], ["read"], []],
  [["z"], ["twice"], []],
  [["x", "z"], ["product", "twice"], []],
];

/** @type {unknown[]} */ const tensors = [];
/** @type {unknown[]} */ const sessions = [];
/** @type {unknown[]} */ const prepared = [];
/** @type {unknown[]} */ const views = [];
/** @type {Promise<unknown>[]} */ const runs = [];
/** @param {unknown[]} list @param {number} most @param {unknown} value */
function keep(list, most, value) {
  if (list.length < most) list.push(value);
  else list[random(most)] = value;
}

const shape = () => any([[], [1], [3, 4], [4, 2], [0, 3], [2, 3, 4], [70, 70]]);
function newTensor() {
  const [dtype, Values] = any(DTYPES);
  const sizes = shape();
  const count = sizes.reduce((product, size) => product * size, 1) + (random(20) === 0 ? 1 : 0);
  return addon.newTensor(dtype, sizes, random(4) === 0 ? undefined : new Values(count));
}
const input = () => (random(3) === 0 ? new Float32Array(12) : any(tensors));
const WRONG = [undefined, null, -1, Number.NaN, "x", [], [1], {}, new Uint8Array(5), new Float32Array(12), Symbol("s")];
const NAMES = Object.keys(addon).filter((name) => name !== "setEnvironment");
const wrong = () => (random(3) === 0 ? any([any(tensors), any(sessions), any(prepared)]) : any(WRONG));

/** One call, which may be refused. */
const ACTS = [
  () => keep(tensors, 40, newTensor()),
  () => keep(tensors, 40, addon.newTensor(7, [2], [new Uint8Array(random(100)), new Uint8Array(3)])),
  () => addon.free(any([any(tensors), any(tensors), any(prepared), random(50) === 0 ? any(sessions) : any(tensors)])),
  () => addon.read(any(tensors)),
  () => addon.describe(any(tensors)),
  () => addon.readInto(any(tensors), new Float32Array(any([1, 12, 8]))),
  () => keep(views, 20, addon.view(any(tensors))),
  () => views.length > 0 && new Uint8Array(/** @type {ArrayBuffer} */ (any(views))).fill(random(2)),
  () =>
    random(100) === 0 &&
    keep(sessions, 4, addon.newSession(random(8) === 0 ? bytes.slice(0, 40) : bytes, any(CONFIGS))),
  () => random(2000) === 0 && addon.closeSession(any(sessions)),
  () => random(20) === 0 && keep(prepared, 12, addon.prepare(any(sessions), ...any(CALLS))[0]),
  () => addon.prepare(any(sessions), ["nothing"], ["x:7"], []),
  () => addon.waitForRuns(any(sessions)),
  () => run("run", random(6) === 0),
  () => run("run", false),
  () => keepRun(run("startRun", random(6) === 0)),
  () => keepRun(run("startRun", false)),
  () => {
    const id = binding.createTensor([2, 2], 1, new Float32Array(4));
    binding.executeOp(addon.bridgeOps()[0], attributes(1), [id], 0);
    binding.deleteTensor(id);
    for (const tensor of addon.takeTensors()) keep(tensors, 40, tensor);
  },
  () => {
    addon.giveTensors([any(tensors)]);
    const [{ id }] = binding.executeOp(addon.bridgeOps()[1], attributes(any([1, 3])), [], 1);
    binding.deleteTensor(id);
  },
  () => addon[any(NAMES)](wrong(), wrong(), wrong(), wrong()),
  () => addon[any(NAMES)](wrong(), wrong()),
];
/** @param {number} dtype */
const attributes = (dtype) => [
  { name: "N", type: binding.TF_ATTR_INT, value: 1 },
  { name: "T", type: binding.TF_ATTR_TYPE, value: dtype },
];
/** @param {"run" | "startRun"} name @param {boolean} isTraced */
function run(name, isTraced) {
  const inputs = Array.from({ length: random(3) }, input);
  return addon[name](any(prepared), inputs, any(OPTIONS), isTraced);
}
/** @param {[run: unknown, ended: Promise<void>]} started */
function keepRun([run, ended]) {
  const take = () => {
    for (const each of addon.outputsOf(run).flat()) keep(tensors, 40, each);
  };
  const isAwaited = random(4) > 0;
  runs.push(ended.then(isAwaited ? take : () => {}).catch(() => {}));
  if (!isAwaited && random(2) === 0) take();
}

async function main() {
  sessions.push(addon.newSession(bytes, CONFIGS[0]));
  for (const names of CALLS) prepared.push(addon.prepare(sessions[0], ...names)[0]);
  tensors.push(newTensor());
  addon.run(prepared[0], [new Float32Array(12)]);
  let refused = 0;
  for (let i = 0; i < Number(calls); i++) {
    try {
      any(ACTS)();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      refused++;
    }
    if (sessions.length === 0 || i % 5000 === 4999) sessions.push(addon.newSession(bytes, CONFIGS[0]));
    if (i % 500 === 499) {
      await Promise.all(runs.splice(0));
      await new Promise((resolve) => setImmediate(resolve)); // the collector's turn
      while (sessions.length > 6) sessions.shift();
      sessions.push(addon.newSession(bytes, CONFIGS[0]));
      prepared.splice(0, prepared.length, ...CALLS.map((names) => addon.prepare(sessions.at(-1), ...names)[0]));
      addon.run(prepared[0], [new Float32Array(12)]);
    }
  }
  await Promise.all(runs);
  if (isMainThread) {
    await new Promise((resolve, reject) => {
      const worker = new Worker(__filename, { workerData: [path, Math.ceil(Number(calls) / 10), Number(seed) + 1] });
      worker.once("exit", resolve).once("error", reject);
    });
    if (end === "running") {
      const call = addon.prepare(addon.newSession(loopGraph, CONFIGS[0]), ["x"], ["y"], [])[0];
      addon.startRun(call, [new Float32Array(64 * 64)]);
      const ended = new Worker(__filename, { workerData: [path, 1e9, Number(seed) + 2] }); // is terminated at work
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await ended.terminate();
    }
    for (const list of [tensors, sessions, prepared, views]) list.length = 0;
    for (let i = 0; i < 5; i++) {
      /** @type {() => void} */ (globalThis.gc)();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    console.log(JSON.stringify({ calls: Number(calls), refused, rss: process.memoryUsage.rss() }));
    if (end === "running") process.exit(0);
  } else parentPort?.close();
}
main().catch((error) => {
  console.error(error);
  process.exit(3);
});
