/** Compiles tfjs-node's addon with the machine's compiler: two files and one command, no build system needed. */
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { lastLine } from "../exec.mjs";
import { Problem } from "../problem.mjs";

/** @import { Context } from "../paths.mjs" */

/** @typedef {{ program: string, args: string[] }} Compiler `args` come before the compiler's own arguments */

export const ADDON = join("lib", "napi-v8", "tfjs_binding.node"); // tfjs-node asks for at most N-API 8

/**
 * The first compiler that answers.
 *
 * @param {Context} ctx
 * @returns {Promise<Compiler>}
 * @throws Problem when there is none
 */
export async function findCompiler(ctx) {
  const named = (ctx.env.CXX ?? "").trim();
  for (const command of [...(named ? [named] : []), "g++", "c++", "clang++"]) {
    const [program = "", ...args] = command.split(/\s+/); // CXX may carry flags, as in "ccache g++"
    const { code } = await ctx.run(program, [...args, "--version"], { env: ctx.env, limit: 30 });
    if (code === 0) return { program, args };
  }
  throw new Problem(
    "a C++ compiler is missing",
    "install one (Debian/Ubuntu: apt install g++; Fedora: dnf install gcc-c++)",
  );
}

/**
 * The folder with node_api.h: this Node's own, else the npm package's.
 *
 * @param {string} root
 * @param {string} [execPath] this Node's program
 * @throws Problem when neither is there
 */
export function findHeaders(root, execPath = process.execPath) {
  const own = join(dirname(execPath), "..", "include", "node");
  if (existsSync(join(own, "node_api.h"))) return own;
  try {
    const manifest = createRequire(join(root, "package.json")).resolve("node-api-headers/package.json");
    const packaged = join(dirname(manifest), "include");
    if (existsSync(join(packaged, "node_api.h"))) return packaged;
  } catch {
    // not installed: the Problem below says so
  }
  throw new Problem("Node's C headers are missing", "npm install node-api-headers");
}

/**
 * Makes the addon in `folder`, a copy of tfjs-node with TensorFlow in `deps`.
 *
 * @param {Context} ctx
 * @param {string} folder
 * @param {Compiler} compiler
 */
export async function compileAddon(ctx, folder, compiler) {
  const log = join(ctx.logs, "compile.log");
  mkdirSync(dirname(join(folder, ADDON)), { recursive: true });
  const { code, output, timedOut } = await ctx.run(
    compiler.program,
    [
      ...compiler.args,
      "-shared",
      "-fPIC",
      "-O2",
      "-std=c++17",
      "-DNAPI_VERSION=8",
      `-I${findHeaders(ctx.root)}`,
      "-Ideps/include",
      "-I..",
      "binding/tfjs_backend.cc",
      "binding/tfjs_binding.cc",
      "-o",
      ADDON,
      "-Ldeps/lib",
      "-ltensorflow",
      "-ltensorflow_framework",
      "-Wl,-rpath,$ORIGIN/../../deps/lib",
    ],
    { cwd: folder, env: ctx.env, limit: 600, log },
  );
  if (code === 0) return;
  const firstError = output.split("\n").find((line) => /error/i.test(line));
  const why = timedOut ? "it took over 10 minutes" : lastLine(firstError ?? output);
  throw new Problem(`${compiler.program} could not compile the native addon (${why})`, `see ${log}`);
}
