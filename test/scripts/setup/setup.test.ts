// Setup as a whole, on a machine of stubs: interrupted at its first step, then run again.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { isAlive } from "../../../scripts/setup/processes.mjs";
import { machine, temporaryFolder, write } from "../support";

const CLI = join(ROOT, "scripts/cli.mjs");

/** A clone in which npm does `ci`; setup's other steps fail fast, on a machine with nothing else. */
function clone(ci: string) {
  const folder = temporaryFolder();
  const packages = { "node_modules/@tensorflow/tfjs-node": { version: "4.22.0" } };
  write(join(folder, "clone"), { "package.json": {}, "package-lock.json": { packages }, list: { packages } });
  const script = `import { setup } from ${JSON.stringify(join(ROOT, "scripts/setup/index.mjs"))};
    process.exitCode = (await setup({ root: ${JSON.stringify(join(folder, "clone"))} })).length;`;
  write(folder, { "run.mjs": script });
  mkdirSync(join(folder, "home"));
  const npm = (text: string) => machine(folder, { npm: `PATH=/usr/bin:/bin\n${text}` });
  const env = { PATH: npm(ci), HOME: join(folder, "home"), UNROLL_NATIVE: "skip" };
  return {
    folder,
    env,
    npm,
    args: [join(folder, "run.mjs")],
    has: (path: string) => existsSync(join(folder, "clone", path)),
  };
}
const INSTALL = `echo ci >> "$HOME/calls"; engine=node_modules/@tensorflow/tfjs-node
  mkdir -p $engine && echo '{"version":"4.22.0"}' > $engine/package.json && cp list node_modules/.package-lock.json`;

test("killed while npm works, setup recovers at its next run, after that npm has ended", async () => {
  const slow = `echo started > "$HOME/started"; sleep 1; echo ended > "$HOME/ended"`;
  const { folder, env, npm, args, has } = clone(slow);
  const first = spawn(process.execPath, args, { env, stdio: "ignore" });
  while (!existsSync(join(folder, "home/started"))) await new Promise((resolve) => setTimeout(resolve, 10));
  const lock = join(folder, "clone/.cache/setup.lock");
  while (!JSON.parse(readFileSync(lock, "utf8")).command) await new Promise((resolve) => setTimeout(resolve, 5));
  first.kill("SIGKILL");
  expect(has(".cache/setup.lock")).toBe(true);

  npm(`[ -e "$HOME/ended" ] || exit 7\n${INSTALL}`);
  const second = spawnSync(process.execPath, args, { env, encoding: "utf8", timeout: 240_000 });
  expect(second.stdout).toContain("waiting for it");
  expect(second.stdout).toMatch(/setup: node modules: installed/);
  expect([has("node_modules/@tensorflow/tfjs-node/package.json"), has(".cache/setup.lock")]).toEqual([true, false]);
});

test("Ctrl-C ends what setup has started, and frees the lock", async () => {
  const { folder, env, args, has } = clone(`echo $$ > "$HOME/started"; exec sleep 30`);
  const run = spawn(process.execPath, args, { env, stdio: "ignore" });
  const ended = new Promise((resolve) => run.once("close", resolve));
  const started = join(folder, "home/started");
  while (!existsSync(started) || readFileSync(started, "utf8") === "")
    await new Promise((resolve) => setTimeout(resolve, 10));
  run.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(has(".cache/setup.lock")).toBe(false);
  const pid = Number(readFileSync(started, "utf8"));
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
});

test("the steps after a failing one are still tried, each problem is one line, and the exit code tells", () => {
  const { env, args, has } = clone(INSTALL);
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { env, encoding: "utf8", timeout: 240_000 });
  expect(stdout).toMatch(
    /^setup: native engine: none, WebAssembly computes, many times slower \(UNROLL_NATIVE=skip\)$/m,
  );
  expect(stdout).toMatch(/^setup: Jupyter: Python 3.10 or newer is missing: install it/m);
  expect(has("node_modules/unroll")).toBe(true);
  expect([status, stderr]).toEqual([expect.any(Number), ""]);
  expect(status).toBeGreaterThan(0);
});

test("the command line: help, and an error that says what was expected and what came", () => {
  const cli = (...args: string[]) =>
    spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", timeout: 240_000 });
  expect(cli("--help").stdout).toContain("unroll setup");
  expect(cli("setpu")).toMatchObject({
    status: 2,
    stderr: 'unroll: expected "setup", "setup --again", "--version" or "--help", got "setpu"\n',
  });
  expect(cli("setup", "--agian").stderr).toContain('got "--agian"');
  expect(cli("setup", "--help")).toMatchObject({ status: 0, stdout: cli("--help").stdout });
  expect(cli("--version").stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(cli("train").stderr).toContain("npm run train in a clone");
});
