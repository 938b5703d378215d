import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadMnist, type MnistOptions } from "../../../src/data";
import { readDigits } from "../../../src/data/sources/mnist";
import { dataErrorOf, mirror, packedImages, packedLabels, realFolder, temporaryFolder } from "../support";

/** Loads with an empty environment, cache and no mirror, besides the given options; collects the printed lines. */
async function load(options: MnistOptions) {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const mnist = await loadMnist({ environment: {}, mirrors: [], cache: temporaryFolder(), log, ...options });
  return { mnist, lines };
}

function counts(labels: Int32Array): number[] {
  const counted = Array<number>(10).fill(0);
  for (const digit of labels) counted[digit] = (counted[digit] as number) + 1;
  return counted;
}

test.skipIf(!realFolder)("loadMnist() gives the real images, with the published number of each digit", async () => {
  const { mnist, lines } = await load({ folder: realFolder as string });
  expect(lines).toEqual([]);
  expect(mnist.source).toMatchObject({ kind: "real", from: [join(realFolder as string, "mnist")] });
  expect([mnist.train.x.shape, mnist.train.y.shape, mnist.validation.x.shape]).toEqual([
    [60_000, 28, 28],
    [60_000],
    [0, 28, 28],
  ]);
  expect([mnist.test.x.shape, mnist.test.y.shape]).toEqual([[10_000, 28, 28], [10_000]]);
  expect(counts(mnist.train.y.data)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  expect(counts(mnist.test.y.data)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  expect([...mnist.train.y.data.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
  const average = mnist.train.x.data.reduce((sum, pixel) => sum + pixel, 0) / mnist.train.x.data.length / 255;
  expect(average).toBeCloseTo(0.1307, 4); // the mean that is used everywhere to normalise MNIST
});

test.skipIf(!realFolder)(
  "loadMnist({ validationSize: 5000 }) splits off the first 5,000 images, as the book does",
  async () => {
    const { mnist } = await load({ folder: realFolder as string, validationSize: 5_000 });
    expect([mnist.validation.x.shape, mnist.train.x.shape]).toEqual([
      [5_000, 28, 28],
      [55_000, 28, 28],
    ]);
    expect([...mnist.validation.y.data.subarray(0, 3)]).toEqual([5, 0, 4]);
    expect([...mnist.train.y.data.subarray(0, 3)]).toEqual([7, 3, 4]);
  },
);

test.skipIf(!realFolder)("loadMnist() downloads into the cache once, and names the source of the images", async () => {
  const address = await mirror((request, response) =>
    response.end(readFileSync(join(realFolder as string, "mnist", request.url ?? ""))),
  );
  const cache = temporaryFolder();
  const first = await load({ mirrors: [address], cache });
  expect([first.lines, first.mnist.source.description]).toEqual([[], `MNIST, from ${address}`]);
  const second = await load({ cache });
  expect(second.mnist.source).toMatchObject({ kind: "real", from: [join(cache, "mnist")] });
});

test("loadMnist() without files gives drawn digits, and one line says what they are, why, and what to do", async () => {
  const { mnist, lines } = await load({ environment: { UNROLL_DATA: "/nowhere" }, validationSize: 5_000 });
  expect(lines.length).toBe(1);
  expect(lines[0]).toMatch(/^stand-in data: digits drawn by the program in place of MNIST, [^\n]*$/);
  for (const part of ["no mirror was given", "has no mnist/t10k-labels-idx1-ubyte.gz", "set UNROLL_DATA"]) {
    expect(lines[0]).toContain(part);
  }
  expect(mnist.source).toMatchObject({ kind: "stand-in", from: [] });
  expect([mnist.train.x.shape[0], mnist.validation.x.shape[0], mnist.test.x.shape[0]]).toEqual([5_500, 500, 1_000]);
});

test("loadMnist({ standIn: false }) throws without files", async () => {
  const error = await dataErrorOf(() => load({ standIn: false }));
  expect(error).toMatchObject({ file: "loadMnist", actual: "no mirror was given" });
});

test("loadMnist refuses a wrong file in the named folder, and gives no stand-in data", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "mnist"));
  writeFileSync(join(folder, "mnist", "t10k-labels-idx1-ubyte.gz"), packedLabels(1, 2, 3));
  const error = await dataErrorOf(() => load({ folder }));
  expect(error).toMatchObject({ field: "size", expected: "4542 bytes" });
  expect(error.file).toContain(join(folder, "mnist"));
});

test("loadMnist({ validationSize }) refuses an impossible size before it searches files", async () => {
  for (const validationSize of [-1, 0.5, 60_001]) {
    expect((await dataErrorOf(() => load({ validationSize }))).field).toBe("validationSize");
  }
});

test("readDigits(images, labels, name, maxCount) joins images and labels", async () => {
  const { x, y } = await readDigits(packedImages(3), packedLabels(7, 0, 9), "train", 10);
  expect([x.shape, y]).toEqual([[3, 28, 28], { data: Int32Array.of(7, 0, 9), shape: [3] }]);
});

test("readDigits refuses different counts of labels and images, and names both files", async () => {
  const error = await dataErrorOf(() => readDigits(packedImages(3), packedLabels(7, 0), "train", 10));
  expect(error.message).toBe("train-images-idx3-ubyte.gz: count: expected 2, as train-labels-idx1-ubyte.gz has, got 3");
});

test("readDigits refuses a label that is not a digit, by its index", async () => {
  const error = await dataErrorOf(() => readDigits(packedImages(3), packedLabels(7, 10, 0), "train", 10));
  expect(error.message).toBe("train-labels-idx1-ubyte.gz: label 1: expected 0 to 9, got 10");
});
