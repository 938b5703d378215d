/** What npm run tensorboard does once setup is done: it installs TensorBoard where it is missing, and serves runs/. */
import { context } from "#setup/paths.mjs";
import { Problem } from "#setup/problem.mjs";
import { installTensorBoard } from "./install.mts";
import { serve } from "./serve.mts";

/** @param flags go to TensorBoard @returns the exit code */
export async function main(flags: readonly string[]): Promise<number> {
  const ctx = context();
  try {
    await installTensorBoard(ctx);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`setup: ${error.message}`);
    return 1;
  }
  return serve(ctx, flags);
}
