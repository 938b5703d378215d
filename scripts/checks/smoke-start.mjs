/** Starts "npm start -- --no-browser", asks the server with and without its token, then ends it as Ctrl-C would. */
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { startLab } from "./start-lab.mjs";

const { url, end } = await startLab();
try {
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
  const left = await end();
  assert.deepEqual(left, [], "nothing outlives npm start");
}
console.log("npm start: serves with its token only, on this machine only, and ends with Ctrl-C");

/** Every address of this machine but 127.0.0.1, as addresses in a URL; on a machine without a network some still are. */
function otherAddresses() {
  const all = Object.values(networkInterfaces()).flat();
  const others = all.filter(({ address, scopeid }) => address !== "127.0.0.1" && !scopeid); // no URL has a scope
  const named = others.map(({ family, address }) => (family === "IPv6" ? `[${address}]` : address));
  return process.platform === "linux" ? [...named, "127.0.0.2"] : named; // all of 127/8 leads here
}
