/** How a command of a clone begins. Old Node gets as far as the version check. */
import { nodeProblem } from "./node-version.mjs";

/** Runs `command` once this Node will do and setup has nothing to complain of, and ends with the code it gives. */
export function afterSetup(command) {
  ready()
    .then((isReady) => (isReady ? command(process.argv.slice(2)) : 1))
    .then((code) => {
      process.exitCode = code;
    });
}

async function ready() {
  const problem = nodeProblem(process.version);
  if (problem) {
    console.error(`setup: ${problem}`);
    return false;
  }
  const { setup } = await import("./index.mjs");
  return (await setup()).length === 0;
}
