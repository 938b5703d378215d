/** Where and with what a table was measured: the last line of --json, which `--table` writes below the table. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import { ENVIRONMENTS, isPython, type Peer } from "../peers.mts";

export interface About {
  /** "2 × Intel Xeon, 16 GB, Linux 6.1" */
  readonly machine: string;
  /** The day, "2026-11-29". */
  readonly date: string;
  /** By what is compared: unroll, Node, and each peer's library. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The packages one of whose versions counts, by peer. */
const PACKAGES: Readonly<Record<keyof typeof ENVIRONMENTS, readonly string[]>> = {
  torch: ["torch"],
  jax: ["jax"],
  tf1: ["tensorflow", "tensorflow_cpu"],
  keras: ["keras"],
};

/** @param folder the folder with the Python peers' environments */
export function aboutOf(peers: readonly Peer[], folder: string | undefined): About {
  const processors = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const python = peers.filter(isPython).flatMap((peer) => {
    const environment = folder && join(folder, ENVIRONMENTS[peer]);
    const versions = environment ? PACKAGES[peer].map((name) => installedVersion(environment, name)) : [];
    const version = versions.find((each) => each !== undefined);
    return version ? [[PACKAGES[peer][0] as string, version] as const] : [];
  });
  return {
    machine: `${processors.length} × ${processors[0]?.model.trim() ?? "unknown processor"}, ${memory}, ${type()} ${release().split(".", 2).join(".")}`,
    date: new Date().toISOString().slice(0, 10),
    versions: {
      unroll: versionIn(join(ROOT, "package.json")),
      node: process.versions.node,
      "tensorflow.js": versionIn(createRequire(join(ROOT, "package.json")).resolve("@tensorflow/tfjs/package.json")),
      ...Object.fromEntries(python),
    },
  };
}

const versionIn = (manifest: string): string => JSON.parse(readFileSync(manifest, "utf8")).version;

/** A package's version in a virtual environment, as the name of its folder NAME-VERSION.dist-info says. */
export function installedVersion(environment: string, name: string): string | undefined {
  const lib = join(environment, process.platform === "win32" ? "Lib" : "lib");
  const folders = existsSync(lib) ? [lib, ...readdirSync(lib).map((each) => join(lib, each))] : [];
  for (const folder of folders) {
    const packages = join(folder, "site-packages");
    if (!existsSync(packages)) continue;
    const found = readdirSync(packages).find((each) => each.startsWith(`${name}-`) && each.endsWith(".dist-info"));
    if (found !== undefined) return found.slice(name.length + 1, -".dist-info".length);
  }
  return undefined;
}
