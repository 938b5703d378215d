/** Starts "npm start -- --no-browser", asks the server with and without its token, then ends it as Ctrl-C would. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { networkInterfaces } from "node:os";
import { descendants } from "../jupyter-lab.mjs";
import { isAlive } from "../setup/alive.mjs";
import { ROOT } from "../setup/paths.mjs";

const PATIENCE = 300_000; // milliseconds, for a first setup too

const npm = spawn("npm", ["start", "--", "--no-browser", "--ServerApp.port=0"], {
  cwd: ROOT,
  detached: true,
  stdio: ["ignore", "pipe", "pipe"],
});
const ended = new Promise((resolve) => npm.once("close", resolve));
try {
  const url = await printedUrl(npm);
  const { origin, port } = url;
  assert.equal(url.hostname, "127.0.0.1");
  for (const asked of ["/api/contents", "/api/contents?token=wrong", "/api/kernelspecs"])
    assert.equal((await fetch(origin + asked)).status, 403, `${asked} without the token is refused`);
  const token = url.searchParams.get("token");
  const asked = await fetch(`${origin}/api/kernelspecs`, { headers: { authorization: `token ${token}` } });
  assert.equal((await asked.json()).default, "tslab");
  for (const address of otherAddresses())
    await assert.rejects(fetch(`http://${address}:${port}/`), `the server must not answer on ${address}`);
} finally {
  const started = descendants(npm.pid);
  process.kill(-npm.pid, "SIGINT"); // to the whole group, as a terminal does
  await ended;
  const left = started.filter((pid) => isAlive(pid));
  assert.deepEqual(left, [], "nothing outlives npm start");
}
console.log("npm start: serves with its token only, on this machine only, and ends with Ctrl-C");

function printedUrl(child) {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why) => reject(new Error(`npm start ${why}:\n${output}`));
    const timer = setTimeout(() => fail("printed no URL in time"), PATIENCE);
    timer.unref();
    child.once("close", () => fail("ended"));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        const url = /http:\/\/\S+token=\w+/.exec(output)?.[0];
        if (url) resolve(new URL(url));
      });
    }
  });
}

/** Every address of this machine but 127.0.0.1, as addresses in a URL; on a machine without a network some still are. */
function otherAddresses() {
  const all = Object.values(networkInterfaces()).flat();
  const others = all.filter(({ address, scopeid }) => address !== "127.0.0.1" && !scopeid); // no URL has a scope
  const named = others.map(({ family, address }) => (family === "IPv6" ? `[${address}]` : address));
  return process.platform === "linux" ? [...named, "127.0.0.2"] : named; // all of 127/8 leads here
}
