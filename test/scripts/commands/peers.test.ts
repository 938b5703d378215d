// npm run peers: which commands it runs, with a machine that only notes them.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { installPeer, isPeer, PEERS } from "../../../scripts/peers/install.mts";
import { context, ROOT } from "../../../scripts/setup/paths.mjs";
import { buildFirst } from "../built";
import { temporaryFolder } from "../support";

buildFirst();

const PEER_NAMES = Object.keys(PEERS).filter(isPeer);

/** A machine whose commands do nothing. @param output what a command prints, and its exit code */
function machine(output: (words: string) => { code: number; output: string }) {
  const commands: string[] = [];
  const said: string[] = [];
  const root = temporaryFolder();
  const ctx = context({
    root,
    env: {},
    platform: "linux",
    logs: join(root, "logs"),
    say: (line: string) => said.push(line),
    statfs: () => ({ bavail: 1e9, bsize: 4096 }),
    run: async (command: string, args: readonly string[]) => {
      const words = [command, ...args].join(" ").replace(root, "ROOT");
      commands.push(words);
      return { timedOut: false, missing: false, ...output(words) };
    },
  });
  return { ctx, commands, said, root };
}
const works = (words: string) => ({ code: 0, output: words.includes("version_info") ? "python 3 12" : "" });

describe("installPeer(ctx, name)", () => {
  test("makes a virtual environment in .peers and installs the pinned versions with its pip", async () => {
    const { ctx, commands, said } = machine(works);
    expect(await installPeer(ctx, "gensim")).toBe(true);
    expect(commands.at(-2)).toBe("python3 -m venv --clear ROOT/.peers/gensim");
    expect(commands.at(-1)).toMatch(/^ROOT\/\.peers\/gensim\/bin\/python -m pip install .*requirements-gensim\.txt$/);
    expect(said).toEqual(["gensim: installing it in .peers/gensim"]);
  });

  test.each(PEER_NAMES)("has pinned versions of %s", async (name) => {
    const { ctx, commands } = machine(works);
    expect(await installPeer(ctx, name)).toBe(true);
    const requirements = /-r (.*)$/.exec(commands.at(-1) ?? "")?.[1] ?? "";
    const lines = readFileSync(requirements, "utf8").trim().split("\n");
    for (const line of lines) expect(line).toMatch(/^#|^[a-z-]+==[\d.]+$/);
    const library = { tf: "tensorflow-cpu", keras3: "keras", "jax-0.4.31": "jax" }[String(name)] ?? name;
    expect(lines.some((line) => line.startsWith(`${library}==`))).toBe(true);
  });

  test("does nothing where the pinned versions are installed", async () => {
    const { ctx, commands, root } = machine(() => ({ code: 0, output: "ok\n" }));
    mkdirSync(join(root, ".peers/gensim/bin"), { recursive: true });
    writeFileSync(join(root, ".peers/gensim/bin/python"), "");
    expect(await installPeer(ctx, "gensim")).toBe(false);
    expect(commands).toHaveLength(1);
  });

  test("says what to do where Python is missing, or pip has no network", async () => {
    const missing = machine(() => ({ code: 127, output: "" }));
    await expect(installPeer(missing.ctx, "gensim")).rejects.toThrow(/Python 3\.10 or newer is missing/);
    const offline = machine((words) =>
      words.includes("-m pip") ? { code: 1, output: "Temporary failure in name resolution" } : works(words),
    );
    await expect(installPeer(offline.ctx, "gensim")).rejects.toThrow(/no network for pip \(while fetching gensim\)/);
  });
});

test.each([
  [["nltk"], "nltk"],
  [[], "none"],
] as const)("npm run peers -- %j names the peers that there are", (names, got) => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "dist/scripts/peers.mjs"), ...names], { encoding: "utf8" }); // biome-ignore format: one line
  expect(status).toBe(2);
  expect(stderr).toBe(`peers: expected names among ${PEER_NAMES.join(", ")}, got ${got}\n`);
});
