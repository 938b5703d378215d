/** One run of the training: node child.mjs FOLDER UNTIL EVERY. What it is at, it writes to standard output, a line each. */
import { writeSync } from "node:fs";
import * as tf from "../../dist/tf.js";
import { train } from "./training.mjs";

const tell = (word, about) => writeSync(1, `${word} ${about}\n`); // at once: a killed process loses what waits
const [folder, until, every] = process.argv.slice(2);
await tf.ready();
tell("ready", process.pid);
try {
  await train(folder, Number(until), Number(every), tell);
  tell("done", until);
} catch (error) {
  if (error.name !== "DataError") throw error;
  tell("refused", error.message);
  process.exitCode = 3;
}
