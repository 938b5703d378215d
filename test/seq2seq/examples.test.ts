import { expect, test } from "vitest";
import * as seq2seq from "../../src/seq2seq";
import { examplesOf, testExamples, withoutExample } from "../examples";

const examples = examplesOf("seq2seq");

test("every function and class of src/seq2seq/index.ts has an example in its docstring", () => {
  expect(withoutExample(seq2seq, examples)).toEqual([]);
});

/** The names that examples use as their reader's own. */
const PREAMBLE = `declare const seq2seqModel: Seq2seqModel<tf.Tensor2D>;
declare const english: Tokenizer;
declare const french: Tokenizer;`;

testExamples(examples, PREAMBLE);
