import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROOF, sharedFolder } from "../../../scripts/shared-data.mts";
import { MNIST_FILES } from "../../../src/data/sources/mnist";
import { temporaryFolder } from "../../temporary-folder";

const LABELS = ["t10k-labels-idx1-ubyte.gz", "train-labels-idx1-ubyte.gz"];

/** A clone with a folder `shared/data/mnist` beside it, and what sharedFolder says of it. */
function beside(fill: (mnist: string) => void) {
  const parent = temporaryFolder();
  const shared = join(parent, "shared", "data");
  mkdirSync(join(shared, "mnist"), { recursive: true });
  fill(join(shared, "mnist"));
  const lines: string[] = [];
  const folder = sharedFolder({ clone: join(parent, "clone"), log: (line) => lines.push(line) });
  return { folder, shared, lines };
}

test("the proof is the sizes and checksums that the MNIST loader itself asks for", () => {
  const known = MNIST_FILES.filter(({ name }) => LABELS.includes(name));
  expect(PROOF).toEqual(
    Object.fromEntries(known.map(({ folder, name, bytes, sha256 }) => [`${folder}/${name}`, [bytes, sha256]])),
  );
});

const real = sharedFolder();

test.skipIf(!real)("a folder with MNIST's label files is the one", () => {
  const { folder, shared, lines } = beside((mnist) => {
    for (const name of LABELS) cpSync(join(real as string, "mnist", name), join(mnist, name));
  });
  expect([folder, lines]).toEqual([shared, []]);
});

test("a folder that happens to have the name is passed over, and one line says why", () => {
  const { folder, lines } = beside(() => undefined);
  expect(folder).toBeUndefined();
  expect(lines).toEqual([
    "real data: ../shared/data beside this clone is not used: mnist/t10k-labels-idx1-ubyte.gz cannot be read (ENOENT)",
  ]);
});

test("files with the right names and sizes but other bytes do not pass", () => {
  const { folder, lines } = beside((mnist) => {
    writeFileSync(join(mnist, LABELS[0] as string), Buffer.alloc(4_542));
    writeFileSync(join(mnist, LABELS[1] as string), Buffer.alloc(28_881));
  });
  expect(folder).toBeUndefined();
  expect(lines[0]).toContain("t10k-labels-idx1-ubyte.gz has other bytes");
});

test("no folder at all is said in one line", () => {
  const lines: string[] = [];
  expect(sharedFolder({ clone: join(tmpdir(), "nowhere", "clone"), log: (line) => lines.push(line) })).toBeUndefined();
  expect(lines).toEqual(["real data: ../shared/data beside this clone is not used: it is not there"]);
});

test.skipIf(process.platform === "win32")("a pipe in a label file's place does not make it wait", () => {
  const { folder, lines } = beside((mnist) => execFileSync("mkfifo", [join(mnist, LABELS[0] as string)]));
  expect(folder).toBeUndefined();
  expect(lines[0]).toContain("is not a file");
});
