#!/usr/bin/env node
/** The command "unroll". Everything else is imported after the version check, because old Node must get as far as that. */
import { nodeProblem } from "./setup/node-version.mjs";

const HELP = `unroll: recurrent neural networks in TypeScript

  unroll setup           install the native engine (in a clone also Jupyter and the library's build)
  unroll setup --again   install the native engine anew, even when there is one that works
  unroll --help          this text
  unroll --version       the version of the package

UNROLL_NATIVE=upstream or wheel tries that way only, UNROLL_NATIVE=skip none (WebAssembly computes then).
UNROLL_NATIVE=off leaves out the addon for sessions of our own; the native engine runs compiled functions without it.`;

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function main(args) {
  const [command, ...flags] = args;
  if (!command || command === "help" || args.some((flag) => flag === "--help" || flag === "-h")) {
    console.log(HELP);
    return command ? 0 : 2;
  }
  if (command === "--version" || command === "-v") {
    const { readFileSync } = await import("node:fs");
    console.log(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
    return 0;
  }
  const unknown = command === "setup" ? flags.find((flag) => flag !== "--again") : command;
  if (unknown) {
    const hint = command === "train" ? "; npm run train in a clone trains models" : "";
    console.error(`unroll: expected "setup", "setup --again", "--version" or "--help", got "${unknown}"${hint}`);
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
