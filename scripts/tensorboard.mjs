/** npm run tensorboard: TensorBoard on runs/, on this machine only; flags after -- go to it. */
import { nodeProblem } from "./setup/node-version.mjs";

async function main(flags) {
  const problem = nodeProblem(process.version);
  if (problem) {
    console.error(`setup: ${problem}`);
    return 1;
  }
  const { setup } = await import("./setup/index.mjs");
  if ((await setup()).length > 0) return 1;
  const { context } = await import("./setup/paths.mjs");
  const { installTensorBoard } = await import("./tensorboard/install.mjs");
  const ctx = context();
  try {
    await installTensorBoard(ctx);
  } catch (error) {
    if (error.name !== "Problem") throw error;
    console.error(`setup: ${error.message}`);
    return 1;
  }
  const { serve } = await import("./tensorboard/serve.mjs");
  return serve(ctx, flags);
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
