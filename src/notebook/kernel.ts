import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

/** One output in several forms, by MIME type; the page shows the richest form that it knows. */
export interface Bundle {
  readonly "text/plain": string;
  readonly [mime: string]: unknown;
}

interface DisplayData {
  data: Bundle;
  metadata: Record<string, unknown>;
  transient: { display_id?: string };
}

type Write = (data: DisplayData, update: boolean) => void;

const KERNEL_FILE = join("tslab", "dist", "jupyter.js");

/**
 * The running kernel's function that sends an output; undefined outside a notebook.
 *
 * tslab's public display sends one MIME type at a time, so a bundle goes through the module that its server uses. That
 * module is searched among the loaded modules, because the kernel may be another copy of tslab than the one near this
 * file.
 */
function kernelWrite(): Write | undefined {
  if (!("__tslab__" in globalThis)) return undefined;
  for (const [file, loaded] of Object.entries(createRequire(__filename).cache)) {
    const write = file.endsWith(KERNEL_FILE) ? loaded?.exports?.lastWriteDisplayData : undefined;
    if (typeof write === "function") return write as Write;
  }
  return undefined;
}

/** Whether outputs are shown in a notebook, not printed. */
export const inNotebook = (): boolean => kernelWrite() !== undefined;

/** Shows a bundle in the notebook; prints its text elsewhere. */
export function display(bundle: Bundle): void {
  const write = kernelWrite();
  if (write) write({ data: bundle, metadata: {}, transient: {} }, false);
  else console.log(bundle["text/plain"]);
}

/** An output that can be replaced. Outside a notebook each replacement prints a line. */
export interface LiveDisplay {
  update(bundle: Bundle): void;
}

export function liveDisplay(): LiveDisplay {
  const id = randomUUID();
  let shown = false;
  return {
    update(bundle) {
      const write = kernelWrite();
      const send = (data: Bundle) => write?.({ data, metadata: {}, transient: { display_id: id } }, shown);
      if (write === undefined) console.log(bundle["text/plain"]);
      // JupyterLab's plotly renderer draws once and never again. So when the kind of output changes, a new output is made.
      if (shown && Object.keys(bundle).length > 1) send({ "text/plain": bundle["text/plain"] });
      send(bundle);
      shown = true;
    },
  };
}
