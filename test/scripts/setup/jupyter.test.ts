import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { labArguments } from "../../../scripts/jupyter-lab.mts";
import { jupyterEnvironment } from "../../../scripts/setup/jupyter/environment.mjs";
import { installJupyter, kernelSpec } from "../../../scripts/setup/jupyter/install.mjs";
import type { Context } from "../../../scripts/setup/paths.mjs";
import { contextIn, python, temporaryFolder, write } from "../support";

// A Python whose "-m venv FOLDER" makes a .venv with an interpreter that does `inside` for pip, and answers as the kernel.
function machineWith(inside: string, { kernel = "echo kernel says 42", venv = true } = {}) {
  const made = `#!/bin/sh
case "$*" in
  *"pip install"*) ${inside} ;;
  *find_spec*) exit 0 ;;
  *try-kernel.py*) ${kernel} ;;
esac`;
  const more = `*"-m venv"*) mkdir -p "$3/bin" && cp "$HOME/../python-in-venv" "$3/bin/python" && chmod 755 "$3/bin/python" ;;`;
  const folder = temporaryFolder();
  write(folder, { "python-in-venv": made, "project/package.json": {} });
  const ctx = contextIn(folder, { python3: python({ venv, more }) });
  ctx.env.PATH = `${join(folder, "bin")}:/usr/bin:/bin`;
  return ctx;
}
const stampOf = (ctx: Context) => join(ctx.root, ".venv/unroll.json");

test(".venv gets JupyterLab and the kernel, and nothing is done the second time", async () => {
  const ctx = machineWith("exit 0");
  expect(await installJupyter(ctx)).toBe("JupyterLab and the TypeScript kernel in .venv");
  const spec = JSON.parse(readFileSync(join(ctx.root, ".venv/share/jupyter/kernels/tslab/kernel.json"), "utf8"));
  expect(spec).toEqual(kernelSpec(ctx));
  expect(await installJupyter(ctx)).toBe(null);
});

test("a .venv without its stamp, as an interrupted run leaves it, is made anew", async () => {
  const ctx = machineWith("exit 0");
  write(ctx.root, { ".venv/half": "" });
  await installJupyter(ctx);
  expect([existsSync(join(ctx.root, ".venv/half")), existsSync(stampOf(ctx))]).toEqual([false, true]);
});

test("a project that was moved gets a new .venv: the old one's paths lead elsewhere", async () => {
  const ctx = machineWith("exit 0");
  write(ctx.root, { ".venv/unroll.json": { root: "/elsewhere", requirements: "" }, ".venv/old": "" });
  await installJupyter(ctx);
  expect(existsSync(join(ctx.root, ".venv/old"))).toBe(false);
});

test("no venv module, a failing pip, a kernel that does not answer: one line each, and no stamp", async () => {
  const noVenv = machineWith("exit 0", { venv: false });
  await expect(installJupyter(noVenv)).rejects.toThrow(/^Python's venv module is missing: .*apt install python3-venv/);
  const noNetwork = machineWith("echo NewConnectionError; exit 1");
  await expect(installJupyter(noNetwork)).rejects.toThrow(/^no network for pip \(while fetching JupyterLab\)/);
  const noKernel = machineWith("exit 0", { kernel: "echo zeromq is missing; exit 1" });
  await expect(installJupyter(noKernel)).rejects.toThrow(
    /^the TypeScript kernel does not answer \(zeromq is missing\): see /,
  );
  for (const ctx of [noVenv, noNetwork, noKernel]) expect(existsSync(stampOf(ctx))).toBe(false);
});

test("Jupyter keeps its settings, runtime files and history in the project, not in the user's home", () => {
  const env = jupyterEnvironment({
    root: "/project",
    env: { HOME: "/home/me", JUPYTER_PATH: "/home/me/kernels", PATH: "/bin" },
  });
  expect(env).not.toHaveProperty("JUPYTER_PATH");
  const folders = Object.entries(env).filter(([name]) => /^(JUPYTER|IPYTHON).*DIR$/.test(name));
  expect(folders.length).toBe(6);
  for (const [, folder] of folders) expect(folder).toMatch(/^.project..cache.jupyter/);
});

test("JupyterLab listens on this machine only, asks no other host, and the user's flags come last", () => {
  const flags = labArguments("/project", ["--no-browser", "--port=8899"], 1000);
  expect(flags).toContain("--ServerApp.ip=127.0.0.1");
  expect(flags).toContain("--LabApp.news_url=None");
  expect(flags).toContain("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate");
  expect(flags).toContain("--LabApp.extension_manager=readonly");
  expect(flags.slice(-2)).toEqual(["--no-browser", "--port=8899"]);
  expect(flags.join(" ")).not.toMatch(/token|password|allow-root/);
  expect(flags).toContain("--LabApp.default_url=/lab/tree/README.md");
  const own = labArguments("/project", ["--ServerApp.root_dir=/elsewhere"], 1000);
  expect(own.join(" ")).not.toContain("default_url"); // another folder has another start page, or none
  expect(own.filter((flag) => flag.includes("root_dir"))).toEqual(["--ServerApp.root_dir=/elsewhere"]);
  expect(labArguments("/project", [], 0)).toContain("--allow-root");
});
