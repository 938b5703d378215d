import { beforeAll, expect, test, vi } from "vitest";
import { compile } from "../../../src/compile";
import { Dense, dynamicRnn, Embedding, GRUCell, type Training } from "../../../src/rnn";
import { type Encoded, seq2seqModelOf } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { accuracy, crossEntropy, evaluate, fit } from "../../../src/train";
import { argumentErrorOf } from "../../support";
import { batch, END, options, sentences, translator } from "./support";

beforeAll(() => tf.ready());

test("seq2seqModelOf(parts, { encode, cell, … }) computes head(dynamicRnn(cell, embedding(target), { initialState }))", () => {
  const words = new Embedding({ vocabularySize: 11, embeddingSize: 4, seed: 1 });
  const [encoder, cell] = [
    new GRUCell({ inputSize: 4, numUnits: 6, seed: 2 }),
    new GRUCell({ inputSize: 4, numUnits: 6, seed: 3 }),
  ];
  const head = new Dense({ inputSize: 6, outputSize: 11, seed: 4 });
  const encode = (source: tf.Tensor2D) => ({ state: dynamicRnn(encoder, words.call(source))[1] });
  const model = seq2seqModelOf(
    { words, encoder, cell, head },
    { encode, cell, embedding: words, head, begin: 1, end: 2 },
  );
  const { source, target } = batch();
  const [outputs] = dynamicRnn(cell, words.call(target), { initialState: encode(source).state });
  expect(model.call({ source, target }).dataSync()).toEqual(head.call(outputs).dataSync());
  expect(Object.keys(model.weights ?? {})).toContain("words/embeddings");
});

test("fit learns, and evaluate measures", async () => {
  const { data } = sentences(20);
  const model = translator();
  const { epochs } = await fit(model, data, options({ epochs: 25 }));
  expect(epochs.at(-1)?.loss).toBeLessThan(0.6 * (epochs[0]?.loss as number));
  const measured = await evaluate(model, data, { loss: crossEntropy, metrics: { accuracy } });
  expect(measured.accuracy).toBeGreaterThan(0.5);
});

test("the loss of ragged y counts live tokens alone: what stands in the padding of source and target changes nothing", () => {
  const model = translator();
  const { source, target } = batch();
  const y = tf.tensor2d([7, 8, END, 9, END, 0], [2, 3], "int32");
  const [sourceLengths, yLengths] = [tf.tensor1d([3, 1], "int32"), tf.tensor1d([3, 2], "int32")];
  const lossOf = (source: tf.Tensor2D, target: tf.Tensor2D, y: tf.Tensor2D) => {
    const terms = crossEntropy(model.call({ source, target }, undefined, { source: sourceLengths }), y, yLengths);
    if (!("live" in terms)) throw new Error("no mask");
    return [...tf.mul(terms.terms, terms.live.toFloat()).dataSync()];
  };
  const other = (x: tf.Tensor2D, at: [number, number]) => {
    const buffer = tf.buffer(x.shape, "int32", Int32Array.from(x.dataSync()));
    buffer.set(5, ...at);
    return buffer.toTensor() as tf.Tensor2D;
  };
  const before = lossOf(source, target, y);
  expect(lossOf(other(source, [1, 2]), other(target, [1, 2]), other(y, [1, 2]))).toEqual(before);
});

test("a compiled call equals an eager one, and frees what it made", () => {
  const model = translator({ scheduledSampling: 0.5 });
  const call = (source: tf.Tensor2D, target: tf.Tensor2D) => model.call({ source, target });
  const compiled = compile(call, { variables: model.variables });
  const { source, target } = batch();
  const before = tf.memory().numTensors;
  const eager = model.call({ source, target }, { seed: 1, step: 0 });
  expect(tf.memory().numTensors).toBe(before + 1);
  eager.dispose();
  const [a, b] = [compiled(source, target).dataSync(), model.call({ source, target }).dataSync()];
  a.forEach((value, i) => {
    expect(value).toBeCloseTo(b[i] as number, 5);
  });
});

test("a cell whose state has cellState gets the encoder's state there, and zeros elsewhere", () => {
  const inner = new GRUCell({ inputSize: 5, numUnits: 8, seed: 1 });
  type S = { cellState: tf.Tensor2D; attention: tf.Tensor2D };
  const attending = {
    inputSize: 5,
    outputSize: 8,
    variables: inner.variables,
    zeroState: (n: number): S => ({ cellState: inner.zeroState(n), attention: tf.zeros([n, 3]) }),
    call: (x: tf.Tensor2D, { cellState, attention }: S): [tf.Tensor2D, S] => {
      const [output, next] = inner.call(x, cellState);
      return [output, { cellState: next, attention }];
    },
    dispose: () => inner.dispose(),
  };
  const model = translator({ cell: () => attending });
  const encoded = model.encode(batch().source);
  const { state } = model.decoder(encoded) as { state: S };
  expect(state.cellState).toBe(encoded.state);
  expect([...state.attention.dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
  expect(model.call(batch()).shape).toEqual([2, 3, 11]);
});

test("seq2seqModelOf refuses wrong options by name", () => {
  const refused = (given: object) => argumentErrorOf(() => translator(given as never));
  expect(refused({ begin: 11 })).toBe("seq2seqModelOf: begin: expected a token from 0 to 10, got 11");
  expect(refused({ end: -1 })).toContain("seq2seqModelOf: end");
  expect(refused({ encode: 3 })).toContain("seq2seqModelOf: encode: expected a function");
  expect(refused({ cell: {} })).toContain("seq2seqModelOf: cell: expected a cell");
  expect(refused({ embedding: undefined })).toContain("embedding: expected a layer with `call`");
  expect(refused({ head: new Dense({ inputSize: 8, outputSize: 4 }) })).toContain("expected 11 outputs");
  for (const scheduledSampling of [-0.1, 1.5, Number.NaN, "0.5"]) {
    expect(refused({ scheduledSampling })).toContain("scheduledSampling: expected a probability");
  }
  expect(refused({ teacher: 1 })).toContain("also teacher");
  const numeric = translator({ scheduledSampling: (() => 0.5) as never });
  expect(argumentErrorOf(() => numeric.call(batch(), { seed: 1, step: 0 }))).toContain("one that returns number 0.5");
  const stateless = translator({ encode: (() => ({})) as unknown as () => { state: tf.Tensor2D } & Encoded });
  expect(argumentErrorOf(() => stateless.call(batch()))).toContain("what encode returns");
  expect(argumentErrorOf(() => translator().call(tf.zeros([2, 3]) as never))).toContain("a record { source, target }");
});

test("where the sources have lengths, an encoder that takes none is warned of once, and a memory without lengths is refused", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const lengths = { source: tf.tensor1d([3, 1], "int32") };
  const { encode } = translator();
  const blind = translator({ encode: (source: tf.Tensor2D) => encode(source) });
  blind.call(batch());
  expect(warn).not.toHaveBeenCalled();
  blind.call(batch(), undefined, lengths);
  blind.call(batch(), undefined, lengths);
  translator({ encode: (...given: Parameters<typeof encode>) => encode(...given) }).call(batch(), undefined, lengths);
  translator().call(batch(), undefined, lengths);
  expect(warn.mock.calls.join("\n")).toMatch(
    /^unroll: seq2seqModelOf: the sources have lengths, but encode takes no third/,
  );
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
  const forgetful = translator({
    encode: (source: tf.Tensor2D, training?: Training, sequenceLength?: tf.Tensor1D) => ({
      ...encode(source, training, sequenceLength),
      memory: tf.zeros([2, 3, 4]),
    }),
  });
  expect(forgetful.call(batch()).shape).toEqual([2, 3, 11]);
  expect(argumentErrorOf(() => forgetful.call(batch(), undefined, lengths))).toMatch(
    /^seq2seqModelOf: what encode returns: expected the memory's lengths too, .* got \{ state, memory \}$/,
  );
});
