/** npm start: setup, then JupyterLab on notebooks/. */
import { afterSetup } from "./setup/before.mjs";

afterSetup(async (flags) => {
  const { serve } = await import("./jupyter-lab.mjs");
  return serve(flags);
});
