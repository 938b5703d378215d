/** One chain of runs, each killed at a random moment and followed by the next, that must end where one run does. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { latestCheckpoint, Random } from "../../dist/data/index.js";
import { runChild } from "./run-child.mjs";

const EVERY = 3; // steps between checkpoints
const KEPT = 3;
const LONGEST = 2_000; // milliseconds; on a machine that is busy for a moment kills would come far too late

/**
 * Kills fall uniformly between a run's "ready" and three times the time to its first checkpoint, as measured in a run
 * before: restoring, capture, steps and checkpoints.
 *
 * @param folders where the chain, the uninterrupted run and the measured one write
 * @returns `{ phases, until, violations }`: how many kills fell where, the steps done, and what was wrong, in lines
 */
export async function killChain({ chain, straight, measured }, kills, seed, say = () => undefined) {
  const random = new Random(seed);
  const phases = {};
  const violations = [];
  let newest = 0;
  const { code, errors, told, times } = await runChild(measured, { until: EVERY, every: EVERY });
  if (code !== 0)
    return { phases, until: 0, violations: [`the first run ended with ${code}: ${told.refused ?? errors}`] };
  const range = Math.min(3 * times.written, LONGEST);
  say(`kills fall up to ${range.toFixed(0)} ms after a run is ready`);
  for (let i = 1; i <= kills; i++) {
    const killAfter = random.uniform(0, range);
    const { signal, code, errors, told } = await runChild(chain, { until: Infinity, every: EVERY, killAfter });
    const wrong = (line) => violations.push(`kill ${i} (${killAfter.toFixed(1)} ms, while ${told.last}): ${line}`);
    if (signal !== "SIGKILL") wrong(`the run ended by itself with ${code}: ${told.refused ?? errors.slice(0, 500)}`);
    if (told.damaged) wrong(told.damaged);
    phases[told.last] = (phases[told.last] ?? 0) + 1;
    newest = await look(chain, Math.max(newest, Number(told.written ?? 0)), wrong);
    say(`kill ${i}: after ${killAfter.toFixed(0)} ms, while ${told.last}; the latest checkpoint is ${newest}`);
  }
  const until = newest + 2 * EVERY + 1;
  for (const folder of [chain, straight]) {
    const every = folder === chain ? EVERY : until; // the uninterrupted run writes one checkpoint, its last
    const { code, told, errors } = await runChild(folder, { until, every });
    if (code !== 0) violations.push(`a run to the end ended with ${code}: ${told.refused ?? errors.slice(0, 500)}`);
  }
  violations.push(...differences(chain, straight, until), ...leftovers(chain));
  return { phases, until, violations };
}

/** After a kill: the latest checkpoint is whole, of one said to be written or a newer one. @returns its number */
export async function look(folder, atLeast, wrong) {
  try {
    const latest = await latestCheckpoint(folder, { say: wrong });
    const number = latest?.number ?? 0;
    if (number < atLeast) wrong(`the latest checkpoint is ${number}; ${atLeast} was written`);
    if (latest && latest.state.iteration !== number) wrong(`checkpoint ${number} is of step ${latest.state.iteration}`);
    return number;
  } catch (error) {
    wrong(error.message);
    return atLeast;
  }
}

/** The two folders' checkpoints of that number are the same bytes, but for the seconds of epochs. @returns what is not */
export function differences(a, b, number) {
  const name = `checkpoint-${String(number).padStart(9, "0")}`;
  const read = (folder, file) => timeless(file, readFileSync(join(folder, name, file), "latin1"));
  try {
    const files = ["tensors.safetensors", "checkpoint.json"].filter((file) => read(a, file) !== read(b, file));
    return files.map((file) => `${file} of step ${number} is not the uninterrupted run's`);
  } catch (error) {
    return [`no last checkpoint to compare: ${error.message}`];
  }
}

/** A checkpoint's JSON without the time that epochs took, and without the seal over it. */
const timeless = (file, text) =>
  file.endsWith(".json") ? text.replace(/"seconds": [^\s,}]+/g, "").replace(/"sha256": "\w+"/, "") : text;

/** What is in the folder at the end besides the checkpoints to keep. */
export function leftovers(folder) {
  const names = readdirSync(folder);
  const left = names.filter((name) => !/^checkpoint-\d+$/.test(name));
  const surplus = names.length - left.length > KEPT ? [`${names.length - left.length} checkpoints, not ${KEPT}`] : [];
  return [...left.map((name) => `left behind: ${name}`), ...surplus];
}
