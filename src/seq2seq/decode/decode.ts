import { canCompile } from "../../compile";
import { Random } from "../../data";
import * as tf from "../../tf";
import type { InputsOf, Part } from "../../train";
import type { BatchInputs } from "./batch";
import { batchesOf, type SourceBatch } from "./batches";
import type { DecodableModel } from "./decodable-model";
import { locateIndexErrors } from "./index-errors";
import { checkDecodable, type DecodeOptions, type DecodeSettings, maskOf, settingsOf } from "./options";
import { writeCompiled, writeEagerly } from "./programs";
import { type Decoded, resultOf } from "./results";
import { type Sources, sourcesOf } from "./sources";

/** One source of `decode`: of a list an element, of an array what stands under one index of its first axis. */
export type SourceOf<P extends Part> = P extends readonly (infer S)[] ? S : P;

/**
 * Writes an output for each source with a model of encoder and decoder: the likeliest token each time, tokens drawn by their
 * probabilities, or the best sequence that a beam search finds. Sources of different lengths are decoded in batches of similar
 * lengths; each result is what the source would get alone.
 *
 *   h = encode(source), token = begin
 *   repeat   logits, h = decoder(token, h)
 *            token = argmax(logits)            or drawn by `temperature`, `topK`, `topP`; or a beam search, `beamWidth`
 *   until token = end, or maximumLength tokens are written
 *
 * On the native engine a graph writes a whole batch in one native call: the encoder, and a loop that ends with the longest output.
 * The graph of each size is built when it is first needed. Sizes are rounded up, and at most 16 graphs are kept, so that a service
 * may run for ever. Dropout is off.
 *
 * @example
 *   const [first] = await decode(seq2seqModel, [Int32Array.of(5, 6, 7), Int32Array.of(8)], { maximumLength: 10, beamWidth: 4 });
 *   console.log(first?.ids, first?.score, first?.reason);
 *
 * @example
 *   const drawn = await decode(seq2seqModel, [Int32Array.of(5, 6, 7)], { maximumLength: 10, temperature: 0.8, topK: 5, seed: 42 });
 *
 * @param model of `seq2seqModelOf`
 * @param sources a list of sequences, which may differ in length; or an array whose first axis counts the sources, such as pictures
 * @returns one output for each source, in the order of the sources
 * @throws ArgumentError for a model of another kind, an empty source, an index that the encoder's table does not have (with its place),
 *   an option that is wrong, unknown, or excluded by another one (`beamWidth` with `temperature`), a mask that allows no token, and
 *   `coveragePenalty` where the model does not attend; the signal's reason when it is aborted
 */
export async function decode<P extends Part>(
  model: DecodableModel<InputsOf<P>>,
  sources: P,
  options: DecodeOptions<SourceOf<P>>,
): Promise<Decoded[]> {
  const settings = settingsOf(options);
  checkDecodable(model);
  const given = sourcesOf(sources);
  const { batchSize = 64, compiled = canCompile(), signal } = options;
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
  const results: Decoded[] = new Array(given.count);
  const pads = model.encode.length >= 3; // an encoder without lengths would read the padding
  for (const batch of batchesOf(given, { batchSize, roundsUp: compiled, pads })) {
    signal?.throwIfAborted();
    const inputs = inputsOf(batch, given, model, { settings, seed, allowed: options.allowed as AnyAllowed });
    try {
      const write = compiled ? writeCompiled : writeEagerly;
      const made = locateIndexErrors(given, batch.indices, () => write(model, inputs, settings));
      batch.indices.forEach((index, row) => {
        results[index] = resultOf(made, { row, source: index, end: model.end }, settings);
      });
    } finally {
      tf.dispose(Object.values(inputs));
    }
    await new Promise(setImmediate); // lets signals arrive
  }
  return results;
}

type AnyAllowed = DecodeOptions["allowed"];

interface BatchNeeds {
  readonly settings: DecodeSettings;
  readonly seed: number;
  readonly allowed: AnyAllowed;
}

function inputsOf(
  { indices, rows, steps }: SourceBatch,
  sources: Sources,
  model: DecodableModel<never>,
  { settings, seed, allowed }: BatchNeeds,
): BatchInputs {
  const last = indices.at(-1) as number;
  const all = Array.from({ length: rows }, (_, row) => indices[row] ?? last);
  const masks =
    typeof allowed === "function"
      ? all.map((index) => maskOf(allowed(sources.at(index), index), model, `allowed(sources[${index}])`))
      : [maskOf(allowed, model, "allowed")];
  const { lengths } = sources;
  return tf.tidy(() => {
    const isPadded = lengths !== undefined && all.some((index) => lengths[index] !== steps);
    const lengthsOf = isPadded && {
      lengths: tf.tensor1d(
        all.map((index) => lengths[index] as number),
        "int32",
      ),
    };
    const uniform = settings.samples && { uniform: uniformOf(all, seed, settings.maximumLength) };
    const mask = tf.tensor2d(concatenated(masks), [masks.length, model.head.outputSize]);
    return { source: sources.batch(all, steps), allowed: mask, ...lengthsOf, ...uniform } as never;
  }) as BatchInputs;
}

/** Each source has random numbers of its own. */
function uniformOf(indices: readonly number[], seed: number, steps: number): tf.Tensor2D {
  const rows = indices.map((index) => {
    const random = new Random(seed, index);
    return Float32Array.from({ length: steps }, () => Math.min(random.uniform(), 1 - 2 ** -24)); // below 1 in float32 too
  });
  return tf.tensor2d(concatenated(rows), [rows.length, steps]);
}

function concatenated(rows: readonly Float32Array[]): Float32Array {
  const size = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    all.set(row, i * size);
  });
  return all;
}
