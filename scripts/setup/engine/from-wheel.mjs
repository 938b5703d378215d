/** The engine from TensorFlow's Python wheel: its C library unpacked, and tfjs-node's addon compiled here against it. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLine } from "../exec.mjs";
import { needSpace } from "../files.mjs";
import { Problem } from "../problem.mjs";
import { findPython } from "../python.mjs";
import { compileAddon, findCompiler } from "./compile.mjs";
import { fetchWheel } from "./wheel.mjs";
import { WHEELS } from "./wheels.mjs";

/** @import { Context } from "../paths.mjs" */

const UNPACK = fileURLToPath(new URL("unpack-wheel.py", import.meta.url));

/**
 * Fills `copy`, a copy of tfjs-node.
 *
 * @param {Context} ctx
 * @param {string} copy
 */
export async function installFromWheel(ctx, copy) {
  const platform = `${ctx.platform}-${ctx.arch}`;
  const wheel = WHEELS[platform];
  if (!wheel)
    throw new Problem(`no TensorFlow wheel is known for ${platform}`, `use one of ${Object.keys(WHEELS).join(", ")}`);
  if (ctx.platform === "linux" && isMusl())
    throw new Problem(
      "TensorFlow's wheels need glibc, this system has musl",
      "use a glibc system (Debian, Ubuntu, Fedora, …)",
    );
  const compiler = await findCompiler(ctx); // before the download of 200 MB, which needs it
  const python = await findPython(ctx);
  needSpace(ctx, copy, wheel.unpackedBytes, "the native engine");
  const path = await fetchWheel(ctx, wheel);
  ctx.say("native engine: unpacking the library");
  const log = join(ctx.logs, "unpack.log");
  const unpacked = await ctx.run(python.command, [...python.args, UNPACK, path, join(copy, "deps")], {
    env: ctx.env,
    limit: 600,
    log,
  });
  if (unpacked.code !== 0)
    throw new Problem(`the wheel could not be unpacked (${lastLine(unpacked.output)})`, `see ${log}`);
  ctx.say(`native engine: compiling the addon with ${compiler.program}`);
  await compileAddon(ctx, copy, compiler);
}

/** Whether the C library is musl: Node's report names the version of glibc only where glibc is used. */
function isMusl() {
  /** @type {{ excludeNetwork?: boolean, getReport(): { header?: { glibcVersionRuntime?: string } } }} */
  const report = process.report;
  report.excludeNetwork = true; // looking up addresses could take seconds
  return !report.getReport().header?.glibcVersionRuntime;
}
