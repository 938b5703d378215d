/** JupyterLab as a child that ends with us, and its kernels with it. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jupyterEnvironment } from "#setup/jupyter/environment.mjs";
import { context, venvPython } from "#setup/paths.mjs";
import { descendants } from "#setup/processes.mjs";
import { refreshOnSave } from "./notebooks/outputs/git-refresh.mts";

/** Lists the notebooks; the first thing that a reader sees. */
const START_PAGE = "README.md";

const GRACE = 10_000; // milliseconds for the server to end its kernels

/**
 * The arguments that start the server. The server takes no setting twice: where the user gives a flag that is also one
 * of ours, ours is left out.
 *
 * @param user the user's number; 0 is root
 */
export function labArguments(root: string, flags: readonly string[], user = process.getuid?.()): string[] {
  const ours = [
    "--ServerApp.ip=127.0.0.1",
    `--ServerApp.root_dir=${join(root, "notebooks")}`,
    "--MultiKernelManager.default_kernel_name=tslab",
    "--Application.log_level=WARN",
    // The server asks no other host: no news, no search for updates, no list of extensions.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
  ];
  const name = (flag: string) => flag.split("=")[0];
  const asked = new Set(flags.map(name));
  if (!asked.has("--ServerApp.root_dir")) ours.push(`--LabApp.default_url=/lab/tree/${START_PAGE}`);
  return [
    ...["-m", "jupyterlab"],
    ...ours.filter((flag) => !asked.has(name(flag))),
    ...(user === 0 ? ["--allow-root"] : []), // in containers; the server only listens on this machine, with a token
    ...flags,
  ];
}

/** What a signal has ended: the server's kernels, and the exit code that tells of the signal. */
interface Stopped {
  readonly kernels: readonly number[];
  readonly code: number;
}

/** Runs until the server ends or a signal ends it. @returns the exit code */
export function serve(flags: readonly string[]): Promise<number> {
  const { root, env } = context();
  const notebooks = join(root, "notebooks");
  mkdirSync(notebooks, { recursive: true });
  writeOverrides(root);
  const endRefresh = refreshOnSave(root, notebooks);
  const child = spawn(venvPython(root), labArguments(root, flags), {
    cwd: root,
    env: jupyterEnvironment({ root, env }),
    stdio: ["ignore", "inherit", "inherit"],
    // A process group of its own: Ctrl-C then reaches only us, and the server does not ask "are you sure?".
    detached: process.platform !== "win32",
  });
  let stopped: Stopped | undefined;
  const stop = (signal: NodeJS.Signals) => {
    const killAll = () => {
      child.kill("SIGKILL");
      kill(stopped?.kernels ?? []);
    };
    if (stopped) return killAll(); // a second Ctrl-C does not wait
    console.error("ending JupyterLab and its kernels");
    stopped = { kernels: descendants(child.pid), code: signal === "SIGINT" ? 130 : 143 };
    child.kill("SIGTERM");
    setTimeout(killAll, GRACE).unref();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`JupyterLab could not start: ${error.message}`);
      resolve(1);
    });
    child.once("exit", (code) => {
      kill(stopped?.kernels ?? []); // kernels that outlived their server
      for (const signal of signals) process.off(signal, stop);
      endRefresh();
      resolve(stopped?.code ?? code ?? 1);
    });
  });
}

/** Settings of the page, whatever the server's arguments say. */
const OVERRIDES = {
  "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false }, // else it asks in every new session
  "@jupyterlab/docmanager-extension:plugin": { defaultViewers: { markdown: "Markdown Preview" } }, // the start page is read, not edited
};

function writeOverrides(root: string): void {
  const folder = join(root, ".venv", "share", "jupyter", "lab", "settings");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "overrides.json"), `${JSON.stringify(OVERRIDES, null, 2)}\n`);
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // already gone
    }
  }
}
