// The Python side of the headless runner, without a kernel: what is tried again, and what is kept of the output.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, venvPython } from "../../scripts/setup/paths.mjs";
import { temporaryFolder, write } from "./support";

/** Runs a program beside the runner's own modules. @returns what it printed as JSON */
function python(program: string, ...args: string[]) {
  const PYTHONPATH = join(ROOT, "scripts", "notebooks", "kernel");
  const env = { ...process.env, PYTHONPATH, PYTHONDONTWRITEBYTECODE: "1" };
  const options = { encoding: "utf8", env } as const;
  const { stdout, stderr, status } = spawnSync(venvPython(ROOT), ["-c", program, ...args], options);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

// A kernel that starts or not; running in it goes wrong in a way that is no notebook's fault.
const EXECUTE = `
import asyncio, json, os, sys, tempfile
from contextlib import asynccontextmanager
from pathlib import Path
import execute

starts, folder, counted = sys.argv[1] == "starts", Path(sys.argv[2]), {"starts": 0, "runs": 0}

@asynccontextmanager
async def started_kernel(name, folder, log, listener):
    counted["starts"] += 1
    if not starts:
        raise RuntimeError("port taken")
    yield None, None

async def run_within(limit, client, facts):
    counted["runs"] += 1
    raise ValueError("odd message")

class Client:
    def __init__(self, *args, **kwargs): pass

execute.started_kernel, execute.run_within, execute.NotebookClient = started_kernel, run_within, Client
facts = asyncio.run(execute.execute(folder / "a.ipynb", folder / "ran.ipynb", 5)).as_json()
print(json.dumps({**counted, "not_started": facts["not_started"], "broken_off": facts["broken_off"]}))
`;

function executed(how: "starts" | "fails") {
  const folder = temporaryFolder();
  write(folder, { "a.ipynb": { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] } });
  return python(EXECUTE, how, folder);
}

test("a kernel that does not start is tried three times", () => {
  const expected = { starts: 3, runs: 0, not_started: "RuntimeError: port taken", broken_off: null };
  expect(executed("fails")).toEqual(expected);
});

test("a notebook whose run goes wrong is not run again, and is not said to be not started", () => {
  const expected = { starts: 1, runs: 1, not_started: null, broken_off: "ValueError: odd message" };
  expect(executed("starts")).toEqual(expected);
});

const PRINT = `
import json, sys, tracemalloc
from facts import Facts

facts, kept_by_all = Facts(), 0
def stream(name, text):
    global kept_by_all
    kept_by_all += facts.listen({"header": {"msg_type": "stream"}, "content": {"name": name, "text": text}})

stream("stdout", "first\\n")
stream("stderr", "warning\\n")
tracemalloc.start()
for i in range(int(sys.argv[1])):
    stream("stdout", "x" * 99 + "\\n")
    if i % 1000 == 0:
        stream("stderr", "again\\n")
stream("stdout", "last\\n")
peak = tracemalloc.get_traced_memory()[1]
json.dump({**facts.as_json(), "kept_by_all": kept_by_all, "peak": peak}, sys.stdout)
`;

interface Printed {
  readonly streams: { readonly text: string }[];
  readonly left_out: number;
  readonly kept_by_all: number;
  readonly peak: number;
}

const sizeOf = ({ streams }: Printed) => streams.reduce((sum, { text }) => sum + text.length, 0);

test("of a kernel that prints without end, the beginning and the end are kept, and how much is missing is told", () => {
  const printed: Printed = python(PRINT, "200000"); // 20 MB
  const { streams, left_out, kept_by_all, peak } = printed;
  const size = sizeOf(printed);
  expect(size).toBe(1_000_000);
  expect(left_out).toBe(20_000_000 + 200 * 6 + 19 - size);
  expect(streams.slice(0, 2)).toMatchObject([{ text: "first\n" }, { name: "stderr", text: "warning\n" }]);
  expect(streams.at(-1)?.text.slice(-6)).toBe("\nlast\n");
  expect(kept_by_all).toBeLessThan(10_100); // nbclient would keep the others as well
  expect(peak).toBeLessThan(8_000_000);
});

test("of less than that, every character is kept", () => {
  const printed: Printed = python(PRINT, "9000");
  expect(printed.left_out).toBe(0);
  expect(sizeOf(printed)).toBe(900_000 + 9 * 6 + 19);
});
