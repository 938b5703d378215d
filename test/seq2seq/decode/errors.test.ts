import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { ArgumentError, type Dense, type Training } from "../../../src/rnn";
import { decode, tileBatch } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { attendingModel, BEGIN, END, plainModel, SOURCES, WORDS } from "./models";

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
    [{ maximumLength: 1e9 }, "decode: maximumLength: expected at most 100000: there is room for so many tokens"],
    [{ signal: {} }, "decode: signal: expected an AbortSignal"],
    [{ beamWidth: 2, lengthPenalty: 100 }, "decode: lengthPenalty: expected at most 38.5, because 5 + 5 to this power"],
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
  const short = { data: Int32Array.of(3, 4, 5), shape: [2] };
  expect(await of([short] as never)).toBe("decode: sources[0]: expected 2 values for shape [2], got 3");
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

test("decode refuses a model whose logits are NaN: greedily, by a beam, drawn, eagerly and compiled", async () => {
  const model = plainModel();
  (model.head as Dense).bias.assign(tf.fill([WORDS], Number.NaN));
  for (const more of [{}, { beamWidth: 3 }, { beamWidth: 3, nBest: 2 }, { temperature: 1, seed: 1 }]) {
    for (const compiled of canCompile() && more.beamWidth !== 3 ? [false, true] : [false]) {
      const message = await messageOf(() =>
        decode(model, [SOURCES[1] as Int32Array], { maximumLength: 2, compiled, ...more }),
      );
      expect(message).toContain("decode: model: expected one whose head gives a finite logit for some token");
      expect(message).toContain("sources[0]");
    }
  }
  tf.dispose([...model.variables]);
});

test("decode names a first state that is not the cell's: of another size, kind or batch; the engine would name no state", async () => {
  const model = plainModel();
  const { decoder } = model;
  const state = (made: object) => ({ ...model, encode: () => ({ state: made }) });
  const of = (made: object, beamWidth = 1) =>
    messageOf(() => decode(state(made), [SOURCES[0] as Int32Array], { maximumLength: 2, compiled: false, beamWidth }));
  const zeros = (rows: number, size: number) => tf.zeros<tf.Rank.R2>([rows, size]);
  const named = "seq2seqModelOf: what encode returns: state";
  expect(await of({ c: zeros(1, 6), h: zeros(1, 5) })).toContain(
    `${named}.h: expected a float32 tensor of shape [1, 6]`,
  );
  expect(await of(zeros(1, 6))).toContain(`${named}: expected an object with keys {c, h}`);
  for (const beamWidth of [1, 2]) {
    const message = await of({ c: zeros(2, 6), h: zeros(2, 6) }, beamWidth);
    expect(message).toContain("decode: the decoder's first state.c: expected a float32 tensor of shape [1, 6]");
  }
  expect(() => decoder({ state: null })).toThrow("seq2seqModelOf: what encode returns: expected { state, memory?");
  tf.dispose([...model.variables]);
});

test("a beam leaves what is no tensor in what encode returned as it is", async () => {
  const model = attendingModel();
  const notes: unknown[] = [];
  const noted = {
    ...model,
    encode: (source: tf.Tensor2D, ...rest: [Training?, tf.Tensor1D?]) => ({
      ...model.encode(source, ...rest),
      note: "abc",
      count: 5,
      none: null,
    }),
    decoder: (encoded: { note: string; count: number; none: null }) => {
      notes.push([encoded.note, encoded.count, encoded.none]);
      return model.decoder(encoded);
    },
  };
  const options = { maximumLength: 3, compiled: false, beamWidth: 2 };
  const [plain, own] = [
    await decode(model, SOURCES.slice(0, 1), options),
    await decode(noted, SOURCES.slice(0, 1), options),
  ];
  expect(own).toEqual(plain);
  expect(notes).toEqual([["abc", 5, null]]);
  expect(() => tileBatch({ note: "abc" } as never, 2)).toThrow(ArgumentError);
  tf.dispose([...model.variables]);
});

test("decode refuses NaN that only one beam of several meets, though the others' numbers are finite", async () => {
  const model = plainModel();
  const source = [SOURCES[1] as Int32Array];
  const options = { maximumLength: 4, compiled: false };
  const [best] = await decode(model, source, options);
  const first = best?.ids[0] as number;
  const table = (model.embedding as unknown as { embeddings: tf.Variable<tf.Rank.R2> }).embeddings;
  const rows = (await table.array()).map((row, id) =>
    [BEGIN, END, first].includes(id) ? row : row.map(() => Number.NaN),
  );
  table.assign(tf.tensor2d(rows));
  const message = await messageOf(() => decode(model, source, { ...options, beamWidth: 3 }));
  expect(message).toContain("decode: model: expected one whose head gives a finite logit for some token");
  tf.dispose([...model.variables]);
});
