import { type NumericArray, numericArray, rowCount } from "../array";
import { type Dataset, splitExamples } from "../batches";
import { checkWhole, DataError } from "../errors";
import type { DataFile } from "../files/data-file";
import { readIdx } from "../formats/idx";
import { drawnDigits } from "../synthetic/drawn-digits";
import { type DataSource, findFiles } from "./source";
import { checkLoaderOptions, type LoaderOptions } from "./stand-in";

/** Images and their digits. x: pixels 0 (background) to 255 (ink) `[count, 28, 28]`; y: 0 to 9 `[count]`. */
export type Digits = Dataset<Uint8Array, Int32Array, 3, 1>;

export interface Mnist {
  readonly train: Digits;
  /** The first images of the training set, as many as `validationSize` says; `train` has the others. */
  readonly validation: Digits;
  readonly test: Digits;
  readonly source: DataSource;
}

export interface MnistOptions extends LoaderOptions {
  /** How many of the 60,000 training images go to `validation`; the book takes 5,000. Default: 0. */
  validationSize?: number;
}

/** Public copies of the files of http://yann.lecun.com/exdb/mnist; the last one is the original. */
const MNIST_MIRRORS: readonly string[] = [
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "http://yann.lecun.com/exdb/mnist/",
];

/** The smallest file comes first, so that a missing network shows at once. */
export const MNIST_FILES: readonly DataFile[] = [
  ["t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"] as const,
  ["train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"] as const,
  ["t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"] as const,
  ["train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"] as const,
].map(([name, bytes, sha256]) => ({ folder: "mnist", name, bytes, sha256 }));

const TRAIN_SIZE = 60_000;
const TEST_SIZE = 10_000;
/**
 * Stand-in digits are fewer by this factor: they are quick to generate, and easy enough to be learned from fewer
 * examples.
 */
const STAND_IN_SHARE = 10;

/**
 * Loads MNIST: 60,000 handwritten digits for training and 10,000 for tests (LeCun, Cortes and Burges, 1998). The files
 * come from the folder `mnist` under `UNROLL_DATA`, else from the user's cache, else from public mirrors; their
 * checksums are verified. When they are nowhere, a tenth as many generated digits replace them, and one line that
 * begins "stand-in data: " says so.
 *
 * @example
 *   const mnist = await loadMnist({ validationSize: 5000 });
 *   console.log(mnist.source.kind, mnist.train.x.shape); // "real" and [55000, 28, 28]
 *
 * @throws DataError for a wrong file in the named folder, for options out of range, and with `standIn: false` when the
 *   files are not available
 */
export async function loadMnist(options: MnistOptions = {}): Promise<Mnist> {
  checkLoaderOptions("loadMnist", options, ["validationSize"]);
  const { validationSize = 0, standIn = true, log = console.log } = options;
  checkWhole("loadMnist", "validationSize", validationSize, 0, TRAIN_SIZE);
  const found = await findFiles(MNIST_FILES, MNIST_MIRRORS, options);
  if (found.files === undefined) {
    const why = found.reasons.join("; ");
    if (!standIn) throw new DataError("loadMnist", "MNIST's files", "them in a folder, the cache or a mirror", why);
    log(
      `stand-in data: digits drawn by the program in place of MNIST, because the files could not be had (${why}). ${HELP}`,
    );
    return drawn(validationSize);
  }
  for (const note of found.notes) log(`MNIST: ${note}`);
  const [testLabels, trainLabels, testImages, trainImages] = found.files as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const all = await readDigits(trainImages, trainLabels, "train", TRAIN_SIZE);
  const test = await readDigits(testImages, testLabels, "t10k", TEST_SIZE);
  const [validation, train] = splitExamples(all, validationSize);
  const source = { kind: "real", description: `MNIST, from ${found.from.join(" and ")}`, from: found.from } as const;
  return { train, validation, test, source };
}

const HELP =
  "For the real ones, allow the network or set UNROLL_DATA to a folder that holds mnist/ with its four .gz files.";

/**
 * Reads images and their labels from two gzipped IDX files.
 *
 * @param name the beginning of the files' names, for errors
 * @throws DataError for files that are broken or of different counts, or with a label that is not a digit
 */
export async function readDigits(
  images: Uint8Array,
  labels: Uint8Array,
  name: string,
  maxCount: number,
): Promise<Digits> {
  const labelFile = `${name}-labels-idx1-ubyte.gz`;
  const y = await readIdx(labels, labelFile, { itemShape: [], maxCount });
  const wrong = y.data.findIndex((digit) => digit > 9);
  if (wrong >= 0) throw new DataError(labelFile, `label ${wrong}`, "0 to 9", `${y.data[wrong]}`);
  const imageFile = `${name}-images-idx3-ubyte.gz`;
  const x = await readIdx(images, imageFile, { itemShape: [28, 28], maxCount });
  if (rowCount(x) !== rowCount(y)) {
    throw new DataError(imageFile, "count", `${rowCount(y)}, as ${labelFile} has`, `${rowCount(x)}`);
  }
  return { x, y: int32(y) };
}

function int32(array: NumericArray<Uint8Array, 1>): NumericArray<Int32Array, 1> {
  return numericArray(Int32Array.from(array.data), array.shape);
}

function drawn(validationSize: number): Mnist {
  const all = drawnDigits({ count: TRAIN_SIZE / STAND_IN_SHARE, seed: 1 });
  const [validation, train] = splitExamples(all, Math.round(validationSize / STAND_IN_SHARE));
  const test = drawnDigits({ count: TEST_SIZE / STAND_IN_SHARE, seed: 2 });
  const description = "digits drawn by the program, far easier than MNIST's";
  return { train, validation, test, source: { kind: "stand-in", description, from: [] } };
}
