/** npm run tensorboard: TensorBoard on runs/, on this machine only; flags after -- go to it. */
import { afterSetup } from "./setup/before.mjs";

afterSetup(async (flags) => {
  /** @type {typeof import("./tensorboard/main.mts")} */
  const { main } = await import(new URL("../dist/scripts/tensorboard/main.mjs", import.meta.url).href); // setup has built it
  return main(flags);
});
