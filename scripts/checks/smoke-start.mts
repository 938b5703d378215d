/** Starts "npm start -- --no-browser", asks the server with and without its token, then ends it as Ctrl-C would. */
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { startLab } from "./start-lab.mts";

const { url, end } = await startLab();
try {
  const { origin, port } = url;
  assert.equal(url.hostname, "127.0.0.1");
  for (const asked of ["/api/contents", "/api/contents?token=wrong", "/api/kernelspecs"])
    assert.equal((await fetch(origin + asked)).status, 403, `${asked} without the token is refused`);
  const token = url.searchParams.get("token");
  const asked = await fetch(`${origin}/api/kernelspecs`, { headers: { authorization: `token ${token}` } });
  const { default: kernel } = (await asked.json()) as { default: string };
  assert.equal(kernel, "tslab");
  for (const address of otherAddresses())
    await assert.rejects(fetch(`http://${address}:${port}/`), `the server must not answer on ${address}`);
} finally {
  const left = await end();
  assert.deepEqual(left, [], "nothing outlives npm start");
}
console.log("npm start: serves with its token only, on this machine only, and ends with Ctrl-C");

/** Every address of this machine but 127.0.0.1, as a URL writes it. A machine without a network has some too. */
function otherAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const others = all.filter((each) => each.address !== "127.0.0.1" && !(each.family === "IPv6" && each.scopeid)); // no URL has a scope
  const named = others.map(({ family, address }) => (family === "IPv6" ? `[${address}]` : address));
  return process.platform === "linux" ? [...named, "127.0.0.2"] : named; // all of 127/8 leads here
}
