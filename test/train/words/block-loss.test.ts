import { beforeAll, test } from "vitest";
import { Embedding, zerosInitializer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { type BlockLossOptions, type BlockTensors, blockLoss } from "../../../src/train/words/block-loss";
import { expectClose, scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const SHAPE = { segments: 2, centres: 2, negatives: 3, window: 1, negative: 5 };
const INPUTS = [[0, 1, 2, 3], [4, 4, 1, 0]]; // biome-ignore format: a row for each segment
const OUTPUTS = [[1, 2, 5, 0, 5], [4, 1, 3, 3, 2]]; // biome-ignore format: a row for each segment
/** Whether input i is in the window of centre j. */
const IS_CONTEXT = [[[1, 0], [0, 1], [1, 0], [0, 0]], [[1, 0], [0, 1], [0, 0], [0, 1]]]; // biome-ignore format: a matrix for each segment

function tensorsOf(rates = [1, 1]): BlockTensors {
  return [
    tf.tensor2d(INPUTS, undefined, "int32"),
    tf.tensor2d(OUTPUTS, undefined, "int32"),
    tf.tensor3d(IS_CONTEXT, undefined, "bool"),
    tf.fill([2, 4], rates[0] as number),
    tf.fill([2, 5], rates[1] as number),
  ];
}

function optionsOf(model: BlockLossOptions["model"]): BlockLossOptions {
  const sizes = { vocabularySize: 6, embeddingSize: 3 };
  const [vectors, contexts] = [new Embedding({ ...sizes, seed: 1 }), new Embedding({ ...sizes, seed: 2 })];
  return { ...SHAPE, model, vectors, contexts };
}

/** The same loss, pair by pair, in tensors that the engine differentiates. */
function plainLoss({ model, vectors, contexts }: BlockLossOptions): tf.Scalar {
  const row = (table: Embedding, id: number) => tf.reshape(table.call(tf.tensor1d([id], "int32")), [-1]);
  const terms: tf.Tensor[] = [];
  IS_CONTEXT.forEach((matrix, segment) => {
    for (let centre = 0; centre < SHAPE.centres; centre++) {
      const words = matrix.flatMap((row, i) => (row[centre] === 1 ? [INPUTS[segment]?.[i] as number] : []));
      const rows = words.map((id) => row(vectors, id));
      const inputs = model === "cbow" ? [tf.div(tf.addN(rows), rows.length)] : rows;
      for (const input of inputs) {
        const score = (column: number) => tf.sum(tf.mul(input, row(contexts, OUTPUTS[segment]?.[column] as number)));
        terms.push(tf.softplus(tf.neg(score(centre))));
        for (const column of [2, 3, 4]) terms.push(tf.mul(tf.softplus(score(column)), 5 / 3));
      }
    }
  });
  return tf.addN(terms) as tf.Scalar;
}

const gradientsOf = ({ vectors, contexts }: BlockLossOptions, loss: () => tf.Scalar) => {
  const { value, grads } = tf.variableGrads(loss, [vectors.embeddings, contexts.embeddings]);
  const of = ({ embeddings }: Embedding) => (grads[embeddings.name] as tf.Tensor).arraySync() as number[][];
  return { value: value.dataSync()[0] as number, vectors: of(vectors), contexts: of(contexts) };
};

test("skip-gram: loss and gradients are those of the loss written out pair by pair", () => {
  const options = optionsOf("skip-gram");
  const ours = gradientsOf(options, () => tf.sum(blockLoss(options, tensorsOf())));
  const plain = gradientsOf(options, () => plainLoss(options));
  expectClose(tf.scalar(ours.value), [plain.value], 1e-5);
  expectClose(tf.tensor2d(ours.vectors), plain.vectors, 3e-6);
  expectClose(tf.tensor2d(ours.contexts), plain.contexts, 3e-6);
});

test("CBOW: the same, but each word of a window gets the whole gradient of the mean, as in word2vec", () => {
  const options = optionsOf("cbow");
  const ours = gradientsOf(options, () => tf.sum(blockLoss(options, tensorsOf())));
  const plain = gradientsOf(options, () => plainLoss(options));
  expectClose(tf.scalar(ours.value), [plain.value], 1e-5);
  expectClose(tf.tensor2d(ours.contexts), plain.contexts, 3e-6);
  const sizes = [2, 1, 2, 1]; // of the windows of words 0 to 3; word 4 is in windows of both sizes, word 5 in none
  for (const [id, size] of sizes.entries()) {
    const expected = (plain.vectors[id] as number[]).map((value) => size * value);
    expectClose(tf.tensor1d(ours.vectors[id] as number[]), expected, 6e-6);
  }
});

test("the rates of words scale their gradients, and a segment without pairs has loss 0", () => {
  const options = optionsOf("skip-gram");
  const of = (rates: number[]) => gradientsOf(options, () => tf.sum(blockLoss(options, tensorsOf(rates))));
  const [full, scaled] = [of([1, 1]), of([0.5, 0.25])];
  expectClose(tf.mul(tf.tensor2d(full.vectors), 0.5), scaled.vectors, 1e-6);
  expectClose(tf.mul(tf.tensor2d(full.contexts), 0.25), scaled.contexts, 1e-6);
  for (const model of ["skip-gram", "cbow"] as const) {
    const [inputs, outputs, isContext, ...rates] = tensorsOf();
    const none = tf.zeros(isContext.shape, "bool") as tf.Tensor3D;
    const zeros = {
      ...options,
      model,
      contexts: new Embedding({ vocabularySize: 6, embeddingSize: 3, initializer: zerosInitializer }),
    };
    expectClose(blockLoss(zeros, [inputs, outputs, none, ...rates]), [0, 0], 0);
  }
});
