import { beforeAll, expect, test } from "vitest";
import { numericArray, wordTokenizer } from "../../../src/data";
import { seq2seqData } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { crossEntropy, evaluate, fit, predict } from "../../../src/train";
import { argumentErrorOf } from "../../support";
import { BEGIN, END, options, sentences, translator } from "./support";

beforeAll(() => tf.ready());

const ids = (...list: number[]) => Int32Array.from(list);
const tokens = { begin: 1, end: 2 };

test("seq2seqData(sources, targets, { begin, end }) puts begin before what is read and end behind what is said", () => {
  const sources = [ids(7, 4), ids(5)];
  const data = seq2seqData(sources, [ids(9, 8), ids()], tokens);
  expect(data).toEqual({ x: { source: sources, target: [ids(1, 9, 8), ids(1)] }, y: [ids(9, 8, 2), ids(2)] });
});

test("seq2seqData takes what a tokenizer's encode gives, and its special tokens", () => {
  const { encode, special } = wordTokenizer("a b c", { begin: true, end: true });
  const data = seq2seqData([encode("a b")], [encode("c")], { begin: special.begin, end: special.end });
  expect(data).toEqual({ x: { source: [encode("a b")], target: [ids(1, 5)] }, y: [ids(5, 2)] });
});

test("seq2seqData takes pictures as sources, as they are", () => {
  const pictures = numericArray(new Float32Array(2 * 3 * 3), [2, 3, 3]);
  expect(seq2seqData(pictures, [ids(3), ids(4)], { begin: 0, end: 0 }).x).toEqual({
    source: pictures,
    target: [ids(0, 3), ids(0, 4)],
  });
});

test("seq2seqData refuses an empty source, begin or end inside a target, other counts and other types, and says where", () => {
  expect(argumentErrorOf(() => seq2seqData([ids(1), ids()], [ids(3), ids(3)], tokens))).toBe(
    "seq2seqData: sources[1]: expected at least one time step, got an empty sequence",
  );
  expect(argumentErrorOf(() => seq2seqData([ids(1)], [ids(3, 2)], tokens))).toBe(
    "seq2seqData: targets[0][1]: expected no begin or end token: seq2seqData adds both, got 2",
  );
  expect(argumentErrorOf(() => seq2seqData([ids(1)], [], tokens))).toContain(
    "targets: expected 1, one a source, got 0",
  );
  expect(argumentErrorOf(() => seq2seqData([ids(1)], [[3]] as never, tokens))).toContain(
    "targets[0]: expected an Int32Array",
  );
  expect(argumentErrorOf(() => seq2seqData("text" as never, [], tokens))).toContain(
    "sources: expected a list of sequences",
  );
  expect(argumentErrorOf(() => seq2seqData([ids(1)], [ids(3)], { begin: 1 } as never))).toBe(
    "seq2seqData: end: expected a token: a tokenizer made with { end: true } has special.end, got undefined",
  );
  expect(argumentErrorOf(() => seq2seqData([ids(1)], [ids(3)], { ...tokens, start: 1 } as never))).toContain(
    "also start",
  );
});

test("fit and evaluate refuse targets that were made with another begin or end than the model's", async () => {
  const model = translator();
  const { sources, targets, data } = sentences();
  const run = (begin: number, end: number) =>
    evaluate(model, seq2seqData(sources, targets, { begin, end }), { loss: crossEntropy, compiled: false });
  await run(BEGIN, END);
  await expect(run(0, END)).rejects.toThrow(
    "evaluate: data.x.target: expected targets that begin with 1, the model's begin token, got none; the first begins with 0",
  );
  await expect(run(BEGIN, 0)).rejects.toThrow("evaluate: data.y: expected targets that end with 2");
  const wrong = seq2seqData(sources, targets, { begin: END, end: BEGIN }); // exchanged
  await expect(fit(model, wrong, options())).rejects.toThrow("fit: data.x.target: expected targets that begin with 1");
  await expect(fit(model, data, options({ validationData: wrong }))).rejects.toThrow("fit: validationData.x.target");
  const dense = {
    source: numericArray(new Int32Array(6).fill(3), [2, 3]),
    target: numericArray(new Int32Array(4), [2, 2]),
  };
  await expect(predict(model, { x: dense })).rejects.toThrow("predict: data.x.target");
});
