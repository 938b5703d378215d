/**
 * The native engine, by a ladder: already there; the makers' own prebuilt library; the library from TensorFlow's Python
 * wheel with the addon compiled here; none, then WebAssembly computes.
 *
 * A rung works in a copy of tfjs-node beside the real one, and its result is moved over only when it has multiplied two
 * matrices: a failed or interrupted rung leaves nothing that a later run could take for an engine.
 */
import { cpSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLine } from "../exec.mjs";
import { needSpace, readJson, writeWhole } from "../files.mjs";
import { findEngine } from "../modules.mjs";
import { Problem } from "../problem.mjs";
import { findPython } from "../python.mjs";
import { ADDON, compileAddon, findCompiler } from "./compile.mjs";
import { installUpstream } from "./upstream.mjs";
import { fetchWheel, WHEELS } from "./wheel.mjs";

const TRY = fileURLToPath(new URL("try-engine.cjs", import.meta.url));
const UNPACK = fileURLToPath(new URL("unpack-wheel.py", import.meta.url));
const STAMP = "unroll-native.json";
const RETRY_AFTER = 86_400_000;
const RUNGS = {
  upstream: { title: "upstream", climb: installUpstream },
  wheel: { title: "wheel", climb: installFromWheel },
};

/**
 * @param ctx `ctx.env.UNROLL_NATIVE` may be "skip", "upstream" or "wheel": that rung only
 * @returns `{ engine: "tensorflow" | "wasm", did, reason }`; `did` is null when there was nothing to do
 */
export async function installNative(ctx, rungs = RUNGS) {
  const wanted = ctx.env.UNROLL_NATIVE || "all";
  if (!["all", "skip", ...Object.keys(rungs)].includes(wanted))
    throw new Problem(`UNROLL_NATIVE is "${wanted}"`, `it may be skip, ${Object.keys(rungs).join(" or ")}`);
  if (wanted === "skip") return { engine: "wasm", did: null, reason: "UNROLL_NATIVE=skip" };
  const folder = findEngine(ctx.root);
  const stamp = readJson(join(folder, STAMP));
  const print = fingerprint(folder);
  if (!ctx.again && print !== null && stamp?.fingerprint === print) return { engine: "tensorflow", did: null };
  if (!ctx.again && existsSync(join(folder, ADDON)) && (await tryEngine(ctx, folder)).works) {
    writeWhole(join(folder, STAMP), JSON.stringify({ fingerprint: print }));
    return { engine: "tensorflow", did: "already there" };
  }
  const failedLately = stamp?.failed && Date.now() - stamp.failed < RETRY_AFTER;
  if (failedLately && !ctx.explicit && wanted === "all")
    return { engine: "wasm", did: null, reason: `${stamp.reason}; "npx unroll setup" tries again` };

  const reasons = [];
  const tried = Object.keys(rungs).filter((name) => wanted === "all" || wanted === name);
  for (const name of tried) {
    const rung = rungs[name];
    try {
      const version = await stage(ctx, folder, rung);
      writeWhole(join(folder, STAMP), JSON.stringify({ fingerprint: fingerprint(folder) }));
      return { engine: "tensorflow", did: `TensorFlow ${version} (${rung.title})` };
    } catch (error) {
      const problem = asProblem(error);
      if (name !== tried.at(-1)) ctx.say(`native engine: not by ${rung.title}: ${problem.message}`);
      reasons.push(problem.message);
    }
  }
  const reason = reasons.at(-1);
  writeWhole(join(folder, STAMP), JSON.stringify({ failed: Date.now(), reason }));
  return { engine: "wasm", did: "none", reason };
}

/** Climbs one rung beside the real package and, when the result computes, moves it over. @returns TensorFlow's version */
async function stage(ctx, folder, rung) {
  const copy = join(dirname(folder), `.${basename(folder)}-setup`);
  rmSync(copy, { recursive: true, force: true });
  try {
    cpSync(folder, copy, {
      recursive: true,
      filter: (path) => path !== join(folder, "deps") && path !== join(folder, "lib"),
    });
    await rung.climb(ctx, copy);
    const { works, version, why } = await tryEngine(ctx, copy);
    if (!works)
      throw new Problem(
        `the engine from ${rung.title} does not compute (${why})`,
        `see ${join(ctx.logs, "engine.log")}`,
      );
    for (const part of ["lib", "deps"]) rmSync(join(folder, part), { recursive: true, force: true });
    for (const part of ["deps", "lib"]) renameSync(join(copy, part), join(folder, part)); // the addon last: it is what counts
    return version;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

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
  const compiler = await findCompiler(ctx); // before the download: without it 200 MB would be for nothing
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

async function tryEngine(ctx, folder) {
  const { code, output } = await ctx.run(process.execPath, [TRY, folder], {
    env: ctx.env,
    limit: 120,
    log: join(ctx.logs, "engine.log"),
  });
  const answer = /engine tensorflow (\S+) 11$/m.exec(output);
  return code === 0 && answer ? { works: true, version: answer[1] } : { works: false, why: lastLine(output) };
}

/** Tells an engine that was tried from one that changed since, without loading it. */
export function fingerprint(folder) {
  try {
    const parts = [ADDON, "deps/lib"]
      .map((part) => statSync(join(folder, part)))
      .map(({ size, mtimeMs }) => [size, mtimeMs]);
    return JSON.stringify([parts, process.versions.modules]);
  } catch {
    return null;
  }
}

function isMusl() {
  process.report.excludeNetwork = true; // looking up addresses could take seconds
  return !process.report.getReport().header.glibcVersionRuntime;
}

function asProblem(error) {
  if (error instanceof Problem) return error;
  if (error.code === "ENOSPC") return new Problem("the disk is full", "free some space");
  if (error.code === "EACCES" || error.code === "EROFS")
    return new Problem(`cannot write ${error.path}`, "make it writable");
  throw error;
}
