import { expect, test } from "vitest";
import { withPath } from "../../../src/data/files/save-file";
import { dataErrorOf } from "../support";

test.each([
  ["ENOSPC", "a.txt: disk: expected room for the file, got ENOSPC, no space left on the device"],
  ["EDQUOT", "a.txt: disk: expected room for the file, got EDQUOT, the disk quota is used up"],
  ["EROFS", "a.txt: access: expected a place that can be written, got EROFS, a read-only file system"],
  ["EMFILE", "a.txt: access: expected a place that can be written, got EMFILE"],
])("a writer's %s is an error in words", async (code, message) => {
  const failed = Promise.reject(Object.assign(new Error("failed"), { code }));
  expect((await dataErrorOf(() => withPath("a.txt", failed))).message).toBe(message);
});
