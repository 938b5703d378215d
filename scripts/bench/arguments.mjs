/** What `npm run bench` may be told. */
import { parseArgs } from "node:util";
import { INFERENCE } from "./inference.mjs";
import { SECONDS } from "./measure.mjs";
import { OURS, PEERS } from "./peers.mjs";

export const HELP = `npm run bench [-- flags]: how long one training step takes here, beside other libraries on the same machine.

A step is forward, backpropagation through time, Adam's update, and the loss read back. Each figure comes from a process
of its own with a clean environment, one at a time; leave the machine alone meanwhile. The workloads are those of
../shared/peers/workloads.json. Peers: unroll (a compiled step), unroll-eager, tfjs-layers; with --peers also
torch, jax, tf1 and keras (TensorFlow 2.15).

  npm run bench -- --only-peers unroll                  our own step, about 4 s a workload
  ../shared/peers/setup.sh ../peers                     makes the Python peers' environments, once
  npm run bench -- --peers ../peers --rounds 3          everything, three times in turn
  npm run bench -- --inference --peers ../peers         an LSTM's inference instead
  npm run bench -- --fit --workloads mnist_rnn --rounds 5    fit's speed, in five processes, about 20 s each
  npm run bench -- --verify                             are compiled and eager steps the same? no timing

  --peers DIR          run the Python peers of DIR too
  --only-peers A,B     these peers only: ${PEERS.join(", ")}
  --workloads A,B      these workloads only
  --rounds N           measure the whole table N times, the peers in turn; shows the median of medians (1 unless told)
  --seconds S          how long steps are timed for (${SECONDS} unless told; at least 12 steps, 20 s at most)
  --shards N           into how many parts unroll cuts a batch (one a core unless told)
  --inference          an LSTM of 128 units on 64 inputs, batch 1: 100 time steps in a call, and one (${INFERENCE.join(", ")})
  --fit                what fit, with its bar, and its guard cost beside a bare compiled step: in turn, block by block
  --verify             50 steps compiled and eager from the same seeds; ends with 1 when a loss differs by over 1e-4 of it
  --json               a JSON line for each peer and workload, in the last round, and nothing else (npm run -s bench -- --json)
  --help               this text

In the tables: "of best" is unroll's time over the best Python peer's, "of layers" over tfjs-layers', below 1 is faster;
"floor" is what the step's matrix products alone take at the speed of a large product on all cores; "first step" captures,
builds, optimises and runs; memory is a process's peak. Ends with 1 when something failed, 2 for a wrong flag.`;

const OPTIONS = {
  peers: { type: "string" },
  "only-peers": { type: "string" },
  workloads: { type: "string" },
  rounds: { type: "string", default: "1" },
  seconds: { type: "string", default: String(SECONDS) },
  shards: { type: "string" },
  inference: { type: "boolean", default: false },
  fit: { type: "boolean", default: false },
  verify: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
};

/**
 * @returns `{ mode: "train" | "inference" | "fit" | "verify" | "help", peers: names, folder: of the Python peers, workloads: names
 *   or undefined for all, rounds, seconds, shards, json }`
 * @throws Error naming what is known
 */
export function argumentsOf(args) {
  const given = parse(args);
  if (given.help) return { mode: "help" };
  const modes = ["inference", "fit", "verify"].filter((each) => given[each]);
  if (modes.length > 1) throw new Error(`${modes.map((each) => `--${each}`).join(" and ")}: expected one of them`);
  const [mode = "train"] = modes;
  return {
    mode,
    peers: peersOf(given, mode),
    folder: given.peers,
    workloads: given.workloads === undefined ? undefined : listOf("--workloads", given.workloads),
    rounds: count("--rounds", given.rounds),
    seconds: positive("--seconds", given.seconds),
    shards: given.shards === undefined ? undefined : count("--shards", given.shards),
    json: given.json,
  };
}

function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    if (error.code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw error;
    const [, flag] = /'([^']+)'/.exec(error.message);
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new Error(`unknown flag ${flag}; there are ${known.join(", ")}`);
  }
}

function peersOf({ peers: folder, "only-peers": only }, mode) {
  const able = mode === "inference" ? [...OURS, "torch"] : PEERS;
  if (only === undefined) return able.filter((peer) => folder !== undefined || OURS.includes(peer));
  const names = chosen("--only-peers", listOf("--only-peers", only), able);
  const python = names.find((peer) => !OURS.includes(peer));
  if (python !== undefined && folder === undefined) throw new Error(`--only-peers ${python}: --peers DIR is missing`);
  return names;
}

/** The names, in the order of what there is. @throws Error at one that there is not */
export function chosen(flag, names, able) {
  const unknown = names.find((name) => !able.includes(name));
  if (unknown !== undefined) throw new Error(`${flag}: unknown "${unknown}"; there are ${able.join(", ")}`);
  return able.filter((name) => names.includes(name));
}

function listOf(flag, text) {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "")) throw new Error(`${flag}: expected names with commas between, got "${text}"`);
  return names;
}

function positive(flag, text) {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`${flag}: expected a number above 0, got "${text}"`);
}

function count(flag, text) {
  const value = positive(flag, text);
  if (Number.isInteger(value)) return value;
  throw new Error(`${flag}: expected a whole number, got "${text}"`);
}
