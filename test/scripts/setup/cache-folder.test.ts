// The library and setup keep their downloads in one folder, by two functions: setup runs before there is a build that it
// could import.
import { isAbsolute } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { context } from "../../../scripts/setup/paths.mjs";
import { cacheFolder } from "../../../src/data";

const VALUES: Readonly<Record<string, readonly string[]>> = {
  HOME: ["/home/ann", "ann"],
  XDG_CACHE_HOME: ["/big/cache", "cache", "."],
  LOCALAPPDATA: ["/ann/Local"],
};

/** Every variable absent, empty, and with each of its values. */
function environments(): Record<string, string>[] {
  let rows: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(VALUES))
    rows = rows.flatMap((row) => [row, ...["", ...values].map((value) => ({ ...row, [name]: value }))]);
  return rows;
}

test.each(["linux", "darwin", "win32"] as const)("on %s both folders are the same, and no relative one", (platform) => {
  const folders = environments().map((env) => {
    return { env, data: cacheFolder(env, platform), setup: context({ env, platform }).cache };
  });
  expect(folders.length).toBe(60);
  expect(folders.filter(({ data, setup }) => data !== setup || !isAbsolute(setup))).toEqual([]);
});

test("an empty HOME of the process itself is passed over too", () => {
  vi.stubEnv("HOME", ""); // os.homedir() would be empty
  vi.stubEnv("XDG_CACHE_HOME", undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect([cacheFolder(), context().cache].filter((folder) => !isAbsolute(folder))).toEqual([]);
});
