/** One run of the training: node child.mjs FOLDER UNTIL EVERY. It reports each part of its work, a line each on standard output. */
import { writeSync } from "node:fs";
import { DataError } from "unroll/data";
import { ready } from "unroll/tf";
import { type Tell, train } from "./training.mts";

const tell: Tell = (word, about) => writeSync(1, `${word} ${about}\n`); // synchronous: a killed process loses what is buffered
const [folder = "", until, every] = process.argv.slice(2);
await ready();
tell("ready", process.pid);
try {
  await train(folder, Number(until), Number(every), tell);
  tell("done", Number(until));
} catch (error) {
  if (!(error instanceof DataError)) throw error;
  tell("refused", error.message);
  process.exitCode = 3;
}
