// npm run train as a user starts it: on data of a folder's own, without a network.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../../scripts/setup/paths.mjs";

export function train(folder: string, ...args: string[]) {
  const environment = { UNROLL_DATA: folder, UNROLL_OFFLINE: "1", XDG_CACHE_HOME: folder };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "dist/scripts/train.mjs"), "--runs", join(folder, "runs"), ...args],
    { encoding: "utf8", env: { ...process.env, ...environment } },
  );
  return { status, lines: stdout.trim().split("\n"), stderr };
}
