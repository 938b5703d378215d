/** Where and with what a table was measured: the last line of --json, which `--table` writes below the table. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import { isPython, type Peer } from "../peers.mts";
import { environmentOf, type PythonPeer } from "../python/ways.mts";

export interface About {
  /** "2 × Intel Xeon, 16 GB, Linux 6.1" */
  readonly machine: string;
  /** The day, "2026-11-29". */
  readonly date: string;
  /** By what is compared: unroll, Node, and each peer's library. */
  readonly versions: Readonly<Record<string, string>>;
}

const TENSORFLOW = ["tensorflow", "tensorflow_cpu"] as const;

/** The packages whose versions count, each with the names that it may have. */
const PACKAGES: Readonly<Record<PythonPeer, readonly (readonly [string, ...string[]])[]>> = {
  torch: [["torch"]],
  "torch-compile": [["torch"]],
  jax: [["jax"]],
  "jax-0.4.31": [["jax"]],
  tf1: [TENSORFLOW],
  keras: [["keras"]],
  "keras3-tensorflow": [["keras"], TENSORFLOW],
  "keras3-jax": [["keras"], ["jax"]],
  "keras3-torch": [["keras"], ["torch"]],
};

/** @param folder the folder with the Python peers' environments */
export function aboutOf(peers: readonly Peer[], folder: string | undefined): About {
  const processors = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return {
    machine: `${processors.length} × ${processors[0]?.model.trim() ?? "unknown processor"}, ${memory}, ${type()} ${release().split(".", 2).join(".")}`,
    date: new Date().toISOString().slice(0, 10),
    versions: {
      unroll: versionIn(join(ROOT, "package.json")),
      node: process.versions.node,
      "tensorflow.js": versionIn(createRequire(join(ROOT, "package.json")).resolve("@tensorflow/tfjs/package.json")),
      ...pythonVersions(peers.filter(isPython), folder),
    },
  };
}

/** By package: "0.10.2", or "0.10.2 and 0.4.31" where peers have different ones. */
function pythonVersions(peers: readonly PythonPeer[], folder: string | undefined): Record<string, string> {
  const versions = new Map<string, Set<string>>();
  for (const peer of folder === undefined ? [] : peers) {
    const environment = join(folder ?? "", environmentOf(peer));
    for (const names of PACKAGES[peer]) {
      const version = names.map((name) => installedVersion(environment, name)).find((each) => each !== undefined);
      if (version !== undefined) versions.set(names[0], (versions.get(names[0]) ?? new Set()).add(version));
    }
  }
  return Object.fromEntries([...versions].map(([name, each]) => [name, [...each].join(" and ")]));
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
