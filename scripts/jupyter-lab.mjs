/** JupyterLab as a child that ends with us, and its kernels with it. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jupyterEnvironment } from "./setup/jupyter/environment.mjs";
import { context, venvPython } from "./setup/paths.mjs";

const GRACE = 10_000; // milliseconds for the server to end its kernels

/** What the server is told. It takes no setting twice, so one of ours gives way to the user's own. */
export function labArguments(root, flags, user = process.getuid?.()) {
  const ours = [
    "--ServerApp.ip=127.0.0.1",
    `--ServerApp.root_dir=${join(root, "notebooks")}`,
    "--MultiKernelManager.default_kernel_name=tslab",
    "--Application.log_level=WARN",
    // Nothing asks other hosts: no news, no search for updates, no list of extensions.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
  ];
  const name = (flag) => flag.split("=")[0];
  const asked = new Set(flags.map(name));
  return [
    ...["-m", "jupyterlab"],
    ...ours.filter((flag) => !asked.has(name(flag))),
    ...(user === 0 ? ["--allow-root"] : []), // in containers; the server only listens on this machine, with a token
    ...flags,
  ];
}

/** Runs until the server ends or a signal ends it. @returns the exit code */
export function serve(flags) {
  const { root, env } = context();
  mkdirSync(join(root, "notebooks"), { recursive: true });
  writeOverrides(root);
  const child = spawn(venvPython(root), labArguments(root, flags), {
    cwd: root,
    env: jupyterEnvironment({ root, env }),
    stdio: ["ignore", "inherit", "inherit"],
    // Its own group: Ctrl-C reaches only us, and the server does not ask "are you sure?" on its own.
    detached: process.platform !== "win32",
  });
  let stopped = null;
  const stop = (signal) => {
    if (stopped) return kill([child.pid, ...stopped], "SIGKILL"); // a second Ctrl-C does not wait
    console.error("ending JupyterLab and its kernels");
    stopped = descendants(child.pid);
    child.kill("SIGTERM");
    setTimeout(() => kill([child.pid, ...stopped], "SIGKILL"), GRACE).unref();
    process.exitCode = signal === "SIGINT" ? 130 : 143;
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, stop);
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`JupyterLab could not start: ${error.message}`);
      resolve(1);
    });
    child.once("exit", (code) => {
      kill(stopped ?? [], "SIGKILL"); // kernels that outlived their server
      for (const signal of signals) process.off(signal, stop);
      resolve(stopped ? process.exitCode : (code ?? 1));
    });
  });
}

/** The page asks in every new session whether it may fetch news, whatever the server was told; this is its answer. */
function writeOverrides(root) {
  const folder = join(root, ".venv", "share", "jupyter", "lab", "settings");
  const notification = { fetchNews: "false", checkForUpdates: false };
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "overrides.json"),
    `${JSON.stringify({ "@jupyterlab/apputils-extension:notification": notification }, null, 2)}\n`,
  );
}

/** The server's kernels: each in a session of its own, so only their parents tell whose they are. */
export function descendants(pid) {
  if (process.platform === "win32") return [];
  let table;
  try {
    table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  } catch {
    return []; // no ps here: the server ends its kernels itself
  }
  const rows = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [];
  for (let parents = [pid]; parents.length > 0; ) {
    parents = rows.filter(([, parent]) => parents.includes(parent)).map(([child]) => child);
    found.push(...parents);
  }
  return found;
}

function kill(pids, signal) {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // already gone
    }
  }
}
