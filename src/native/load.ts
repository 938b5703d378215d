/**
 * Finds and loads the addon, which setup compiles. A file's name has the hash of what it was made of, so an addon that
 * is older than its sources, or was made for another TensorFlow, is never loaded.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import type { Addon } from "./addon";
import { NativeError } from "./errors";

/** The package's folder: this file is two folders below it, in src and in dist. */
const ROOT = join(__dirname, "..", "..");

let loaded: Addon | undefined;
let problem = "the native engine is not in use";

/**
 * Loads the addon. The engine calls this once, before anything else starts TensorFlow.
 *
 * @param engine the folder of the package whose TensorFlow the addon uses
 * @returns undefined where there is none; `nativeProblem` says why
 */
export function loadAddon(engine: string): Addon | undefined {
  if (process.env.UNROLL_NATIVE === "off") {
    problem = "UNROLL_NATIVE=off refuses it";
    return undefined;
  }
  try {
    const path = join(ROOT, ".cache", "native", `${addonKey(ROOT, engine)}.node`);
    if (existsSync(path)) loaded = createRequire(__filename)(path) as Addon;
    else problem = "it is not built here; 'npx unroll setup' builds it";
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  return loaded;
}

/** The addon; undefined where it is not loaded. */
export const nativeAddon = (): Addon | undefined => loaded;

/** The addon. @throws NativeError UNAVAILABLE where it is not loaded */
export function needAddon(): Addon {
  if (loaded === undefined) throw new NativeError("UNAVAILABLE", `the addon is not loaded: ${problem}`);
  return loaded;
}

/** Why the addon is not loaded; undefined when it is. */
export const nativeProblem = (): string | undefined => (loaded === undefined ? problem : undefined);

/**
 * Names the addon that these sources make for this TensorFlow. scripts/setup/engine/addon.mjs has the same rule; setup
 * cannot import it, because setup builds it. A test holds them equal.
 */
export function addonKey(root: string, engine: string): string {
  const hash = createHash("sha256");
  const folder = join(root, "src", "native");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  for (const name of names.filter((name) => /\.(cc|h)$/.test(name)).sort()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(folder, name)))
      .update("\0");
  }
  const library = realpathSync(join(engine, "deps", "lib", LIBRARIES[process.platform] ?? LIBRARIES.linux));
  hash.update(`${basename(library)} ${statSync(library).size} ${process.platform} ${process.arch}`);
  return hash.digest("hex").slice(0, 16);
}

const LIBRARIES: { readonly linux: string; readonly [platform: string]: string } = {
  linux: "libtensorflow.so.2",
  darwin: "libtensorflow.2.dylib",
};
