/** npm run tensorboard: TensorBoard on runs/, on this machine only; flags after -- go to it. */
import { afterSetup } from "./setup/before.mjs";

afterSetup(async (flags) => {
  const built = new URL("../dist/scripts/tensorboard/main.mjs", import.meta.url); // setup has built it
  const { main } = await import(built.href);
  return main(flags);
});
