/** The measurements of a run, one child at a time. */
import { fitRow } from "./fit-table.mjs";
import { commandOf, nodeTask, PYTHON, PYTHON_STEPS } from "./peers.mjs";
import { rowOf } from "./rows.mjs";
import { runChild } from "./run-child.mjs";

const VERIFY = { steps: 50, most: 1e-4, drift: 1e-5, limit: 30 * 60_000 }; // eagerly, 50 long steps take minutes

/**
 * Round by round, workload by workload, the peers in turn. A workload's rounds lie a whole table apart: a shared machine's
 * slow minutes fall on one of them, not on all.
 *
 * @param plan `{ mode, peers, workloads: names, specs, folder, rounds, seconds, shards }`
 * @param onRow called with each row when its last round is done
 * @param say takes a line about each failure, and about each figure
 * @returns the rows
 */
export async function measureAll(plan, { onRow = () => {}, say, run = runChild }) {
  const places = plan.workloads.flatMap((name) => plan.peers.map((peer) => ({ name, peer, found: [] })));
  const rows = [];
  for (let round = 1; round <= plan.rounds; round++) {
    for (const { name, peer, found } of places) {
      found.push(...(await measureOne(peer, name, plan, { say, run })));
      if (round < plan.rounds) continue;
      rows.push(rowOf(peer, name, found));
      onRow(rows.at(-1));
    }
  }
  return rows;
}

/** @returns what each process printed: one, or as many as it takes to time steps for `seconds` */
async function measureOne(peer, name, { mode, specs, folder, seconds, shards }, { say, run }) {
  const command = commandOf(peer, { name, workload: specs?.[name], mode, folder, seconds, shards });
  const results = [];
  let timed = 0;
  try {
    do {
      const result = await run(command);
      results.push(result);
      timed += endsEarly(peer, result) ? (result.steps * result.median_ms) / 1000 : seconds;
      say(`${name} ${peer}: ${result.median_ms} ms, ${result.steps} steps`);
    } while (timed < seconds);
    return results;
  } catch (error) {
    say(`${name} ${peer} failed: ${error.message}`);
    return [{ failed: error.message }];
  }
}

const endsEarly = (peer, { steps }) => PYTHON.includes(peer) && steps === PYTHON_STEPS;

/**
 * What fit and its guard cost, in `rounds` processes for each workload, one after the other: what is compared takes turns
 * inside a process.
 *
 * @returns a row for each; undefined in a failure's place
 */
export async function measureFits({ workloads, specs, rounds, seconds, shards }, { say, run = runChild }) {
  const rows = [];
  for (const name of workloads) {
    try {
      const found = [];
      for (let round = 0; round < rounds; round++) {
        found.push(await run(nodeTask("fit", { workload: specs[name], seconds, shards })));
        say(`${name}: ${found.at(-1).bare_ms.toFixed(2)} ms bare, ${found.at(-1).fit_ms.toFixed(2)} ms in fit`);
      }
      rows.push(fitRow(name, found));
    } catch (error) {
      say(`${name} failed: ${error.message}`);
      rows.push(undefined);
    }
  }
  return rows;
}

/** The machine's speed at a large product, in GFLOP/s; undefined, after a line, when it cannot be measured. */
export async function machineSpeed({ say }) {
  try {
    const { gflops } = await runChild(nodeTask("speed", {}));
    return gflops;
  } catch (error) {
    say(`no floor: ${error.message}`);
    return undefined;
  }
}

/** Compiled against eager steps, a line a workload. @returns whether all agree */
export async function verifyAll({ workloads, specs }, { print, say, run = runChild }) {
  let good = true;
  for (const name of workloads) {
    try {
      const task = nodeTask("verify", { workload: specs[name], steps: VERIFY.steps, drift: VERIFY.drift });
      const { difference, drift, seed } = await run(task, { limit: VERIFY.limit });
      const agrees = difference !== null && difference <= VERIFY.most; // JSON writes NaN as null
      good &&= agrees;
      const size = difference === null ? "undecided" : difference.toExponential(1);
      const by = `${VERIFY.steps} steps, seed ${seed}; eager is ${drift?.toExponential(1)} from itself one rounding off`;
      print(`${agrees ? "ok  " : "FAIL"} ${name.padEnd(16)} largest relative loss difference ${size}, ${by}`);
    } catch (error) {
      good = false;
      print(`FAIL ${name}`);
      say(`${name} failed: ${error.message}`);
    }
  }
  return good;
}
