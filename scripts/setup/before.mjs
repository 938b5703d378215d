/** How a command of a clone begins: the version check, which old Node can read, then setup, then the command. */
import { nodeProblem } from "./node-version.mjs";

/**
 * Runs `command` when this Node is new enough and setup has found no problem. The process ends with the code that the
 * command gives, or with 1.
 *
 * @param {(args: string[]) => Promise<number>} command
 */
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
