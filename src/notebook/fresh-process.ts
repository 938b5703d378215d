import { spawn } from "node:child_process";
import { checkOptions } from "../arguments";
import { InterruptedError } from "./interruptible";

/** A function threw in its own process, or the process ended without a value. */
export class FreshProcessError extends Error {
  override readonly name = "FreshProcessError";
}

export interface FreshProcessOptions {
  /** Functions that the function calls, by the names it calls them by. Default: none. */
  readonly functions?: Readonly<Record<string, (...given: never[]) => unknown>>;
}

/** What the new process sends back before it ends. */
type Said = { value?: unknown } | { error: string };

/** How much of a failed process's output is shown. */
const SHOWN = 2000;

/**
 * Runs a function in a Node.js process of its own, in this process's folder, and returns its value (as JSON carries
 * it). The memory and the compiled code of this process do not affect what is measured there.
 *
 *   const bytes = await inFreshProcess(async ({ size }) => {
 *     const { notebook, tf }: typeof import("unroll") = require("unroll");
 *     return (await notebook.peakMemory(() => tf.ones([size, size]))).bytes;
 *   }, { size: 1000 });
 *
 * The process gets the function's text: the function can use its argument and what it `require`s, but no name from
 * outside.
 *
 * @throws FreshProcessError when the function throws, or its process ends without a value; InterruptedError when this
 *   process is interrupted, which ends the new one too
 */
export async function inFreshProcess<Given, Value>(
  run: (given: Given) => Value | Promise<Value>,
  given: Given,
  options: FreshProcessOptions = {},
): Promise<Awaited<Value>> {
  checkOptions("inFreshProcess", options, ["functions"]);
  const { functions = {} } = options;
  await new Promise(setImmediate); // as in `interruptible`: a listener for SIGINT in a cell's synchronous part ends the kernel
  const child = spawn(process.execPath, ["-e", program(run, functions)], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let said: Said | undefined;
  let printed = "";
  let interrupted = false;
  const stop = () => {
    interrupted = true;
    child.kill("SIGKILL");
  };
  child.on("message", (message: Said) => {
    said = message;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (text) => {
      printed = (printed + text).slice(-SHOWN);
    });
  }
  process.on("SIGINT", stop);
  child.send({ given }, () => {}); // an error means that the process has ended, and "close" below reports that
  try {
    const ended = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(signal ?? `code ${code}`));
    });
    if (interrupted) throw new InterruptedError();
    if (said === undefined) {
      throw new FreshProcessError(`expected a value, and the process ended with ${ended}: ${printed}`);
    }
    if ("error" in said) throw new FreshProcessError(`in a process of its own: ${said.error}`);
    return said.value as Awaited<Value>;
  } finally {
    process.off("SIGINT", stop);
  }
}

/** The program of the new process: it calls the function with what it receives, sends the value back, and ends. */
const program = (run: unknown, functions: Readonly<Record<string, unknown>>): string => `
${Object.entries(functions)
  .map(([name, text]) => `const ${name} = exports.${name} = ${text};`) // a notebook's kernel turns \`name\` into \`exports.name\`
  .join("\n")}
const send = (said) => process.send(said, () => process.exit());
process.once("message", async ({ given }) => {
  try {
    send({ value: await (${run})(given) });
  } catch (error) {
    send({ error: String(error?.stack ?? error) });
  }
});
`;
