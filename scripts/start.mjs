/** npm start: setup, then JupyterLab on notebooks/. Old Node gets as far as the version check. */
import { nodeProblem } from "./setup/node-version.mjs";

async function main(flags) {
  const problem = nodeProblem(process.version);
  if (problem) {
    console.error(`setup: ${problem}`);
    return 1;
  }
  const { setup } = await import("./setup/index.mjs");
  if ((await setup()).length > 0) return 1;
  const { serve } = await import("./jupyter-lab.mjs");
  return serve(flags);
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
