#!/usr/bin/env node
/** The command "unroll". Everything else is imported after the version check, because old Node must get as far as that. */
import { nodeProblem } from "./setup/node-version.mjs";

const HELP = `unroll: recurrent neural networks in TypeScript

  unroll setup           install the native engine (in a clone also Jupyter and the library's build)
  unroll setup --again   install the native engine anew, even when there is one that works
  unroll --help          this text

UNROLL_NATIVE=upstream or wheel tries that way only, UNROLL_NATIVE=skip none (WebAssembly computes then).`;

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function main(args) {
  const [command, ...flags] = args;
  if (!command || command === "--help" || command === "-h" || command === "help") {
    console.log(HELP);
    return command ? 0 : 2;
  }
  const unknown = command === "setup" ? flags.find((flag) => flag !== "--again") : command;
  if (unknown) {
    console.error(`unroll: expected "setup", "setup --again" or "--help", got "${unknown}"`);
    return 2;
  }
  const problem = nodeProblem(process.version);
  if (problem) {
    console.error(`setup: ${problem}`);
    return 1;
  }
  const { setup } = await import("./setup/index.mjs");
  const problems = await setup({ explicit: true, again: flags.includes("--again") });
  return problems.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
