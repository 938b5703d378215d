/** npm run tensorboard: TensorBoard on runs/, on this machine only; flags after -- go to it. */
import { afterSetup } from "./setup/before.mjs";

afterSetup(async (flags) => {
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
});
