/** npm start: setup, then JupyterLab on notebooks/. */
import { afterSetup } from "./setup/before.mjs";

afterSetup(async (flags) => {
  /** @type {typeof import("./jupyter-lab.mts")} */
  const { serve } = await import(new URL("../dist/scripts/jupyter-lab.mjs", import.meta.url).href); // setup has built it
  return serve(flags);
});
