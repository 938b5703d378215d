import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { ArgumentError, type Training } from "../../../src/rnn";
import { decode } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { attendingModel, plainModel, SOURCES } from "./models";

beforeAll(() => tf.ready());

const messageOf = async (call: () => Promise<unknown>) => {
  const error = await call().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(ArgumentError);
  return (error as Error).message;
};

describe("decode refuses", () => {
  const refused: [options: object, message: string][] = [
    [{ maximumLength: 0 }, "decode: maximumLength: expected a whole number of at least 1, got number 0"],
    [{ maximumLength: undefined }, "maximumLength"],
    [{ beamWidth: 0 }, "decode: beamWidth: expected a whole number of at least 1, got number 0"],
    [{ beamWidth: 2.5 }, "beamWidth"],
    [{ beamWidth: 4, temperature: 0.5 }, "decode: temperature: expected none with beamWidth 4"],
    [{ beamWidth: 4, topK: 2 }, "decode: topK: expected none with beamWidth 4"],
    [{ beamWidth: 4, topP: 0.5 }, "decode: topP"],
    [{ beamWidth: 4, seed: 1 }, "decode: seed"],
    [{ nBest: 2 }, "decode: nBest: expected at most 1, beamWidth, got 2"],
    [{ nBest: 0 }, "decode: nBest"],
    [{ temperature: -1 }, "decode: temperature"],
    [{ topK: 0 }, "decode: topK"],
    [{ topP: 0 }, "decode: topP"],
    [{ topP: 1.5 }, "decode: topP"],
    [{ seed: 0.5 }, "decode: seed"],
    [{ lengthPenalty: -1 }, "decode: lengthPenalty"],
    [{ beamWidth: 2, coveragePenalty: Number.NaN }, "decode: coveragePenalty"],
    [
      { beamWidth: 2, coveragePenalty: 0.2 },
      "decode: coveragePenalty: expected 0, as the model's cell attends to nothing",
    ],
    [{ coveragePenalty: 0.2 }, "decode: coveragePenalty: expected 0, as the model's cell attends to nothing"],
    [{ batchSize: 0 }, "decode: batchSize"],
    [{ allowed: [true] }, "decode: allowed: expected 7 values, one for each token, got 1"],
    [{ allowed: "abc" }, "decode: allowed: expected 7 values"],
    [
      { allowed: [false, true, false, false, false, false, false] },
      "decode: allowed: expected a token that may be written",
    ],
    [{ allowed: () => [1] }, "decode: allowed(sources[1]): expected 7 values"],
    [{ width: 4 }, "also width"],
  ];
  for (const [options, message] of refused) {
    test(`${JSON.stringify(options)}: ${message}`, async () => {
      const model = plainModel();
      expect(
        await messageOf(() => decode(model, SOURCES, { maximumLength: 5, compiled: false, ...options })),
      ).toContain(message);
      tf.dispose([...model.variables]);
    });
  }
});

test("decode refuses an empty source, no sources, sources of different kinds, and what is no source", async () => {
  const model = plainModel();
  const of = (sources: never) => messageOf(() => decode(model, sources, { maximumLength: 5 }));
  const empty = [Int32Array.of(3), new Int32Array(0)] as never;
  expect(await of(empty)).toContain("decode: sources[1]: expected at least one time step, got an empty source");
  expect(await of([] as never)).toContain("decode: sources: expected at least one source, got none");
  expect(await of([Int32Array.of(3), Float32Array.of(3)] as never)).toContain(
    "decode: sources[1]: expected Int32Array [nSteps]",
  );
  expect(await of([[3, 4]] as never)).toContain("decode: sources[0]: expected a typed array");
  expect(await of("I am cold." as never)).toContain("decode: sources: expected a list of sequences");
  tf.dispose([...model.variables]);
});

test("decode names the source with an index that the vocabulary does not have, eagerly and compiled", async () => {
  const model = plainModel();
  for (const compiled of canCompile() ? [false, true] : [false]) {
    const of = (id: number) =>
      messageOf(() =>
        decode(model, [...SOURCES, Int32Array.of(3, 4, id), Int32Array.of(5)], { maximumLength: 5, compiled }),
      );
    expect(await of(9)).toContain("decode: sources[7][2]: expected an index from 0 to 8, got 9");
    expect(await of(-1)).toContain("decode: sources[7][2]: expected an index from 0 to 8, got -1");
  }
  tf.dispose([...model.variables]);
});

test("decode refuses what is no model, a disposed one, and a memory without lengths for sources of different lengths", async () => {
  const model = attendingModel();
  const { encode, ...rest } = model;
  const forgetful = {
    ...rest,
    encode: (source: tf.Tensor2D, training?: Training, lengths?: tf.Tensor1D) => ({
      ...encode(source, training, lengths),
      lengths: undefined,
    }),
  };
  const options = { maximumLength: 5 };
  expect(await messageOf(() => decode(forgetful, SOURCES, options))).toContain(
    "decode: what model.encode returns: expected the memory's lengths",
  );
  expect(await messageOf(() => decode({ call: () => 1 } as never, SOURCES, options))).toContain(
    "decode: model: expected a model",
  );
  tf.dispose([...model.variables]);
  expect(await messageOf(() => decode(model, SOURCES, options))).toContain("got a disposed one");
});

test("decode throws the signal's reason when it is aborted", async () => {
  const model = plainModel();
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(decode(model, SOURCES, { maximumLength: 5, signal })).rejects.toThrow("enough");
  tf.dispose([...model.variables]);
});
