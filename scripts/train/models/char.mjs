/** A language model of characters: Shakespeare as a typed array of character numbers, cut into windows. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Dense, dynamicRnn, Embedding } from "../../../dist/rnn/index.js";
import { crossEntropy, evaluate, modelOf, perplexity } from "../../../dist/train/index.js";
import { headSeed, stack } from "../network.mjs";
import { sample } from "../sample.mjs";

const FILE = join("tinyshakespeare", "input.txt");
const SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed";
const N_STEPS = 100;
const QUICK = 256; // windows
const EMBEDDING = 32;

/** `{ numbers, characters }`: the text as places in the sorted list of its characters. */
export function numbered(text) {
  const characters = [...new Set(text)].sort();
  const places = new Map(characters.map((character, i) => [character, i]));
  return { numbers: Int32Array.from([...text], (character) => places.get(character)), characters };
}

/** Windows side by side, and the same one character later. */
export function windows(numbers, nSteps) {
  const count = Math.floor((numbers.length - 1) / nSteps);
  if (count < 1) throw new Error(`expected more than ${nSteps} characters, got ${numbers.length}`);
  const shape = [count, nSteps];
  const from = (offset) => ({ data: numbers.slice(offset, offset + count * nSteps), shape });
  return { x: from(0), y: from(1) };
}

/** 90 % to train, 5 % to validate, 5 % to test, in the text's order. */
function split(numbers) {
  const [a, b] = [Math.floor(numbers.length * 0.9), Math.floor(numbers.length * 0.95)];
  return [numbers.subarray(0, a), numbers.subarray(a, b), numbers.subarray(b)];
}

const first = ({ x, y }, count) => {
  const rows = Math.min(count, x.shape[0]);
  const cut = ({ data, shape }) => ({ data: data.subarray(0, rows * N_STEPS), shape: [rows, ...shape.slice(1)] });
  return { x: cut(x), y: cut(y) };
};

function readText(dataFolder, say) {
  if (dataFolder === undefined) throw new Error(`expected a folder with ${FILE}: set UNROLL_DATA, got none`);
  const path = join(dataFolder, FILE);
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(`expected a text in ${path}, got ${error.code}`);
  }
  if (createHash("sha256").update(bytes).digest("hex") !== SHA256)
    say(`${path} is not tiny Shakespeare, but any text will do`);
  return bytes.toString("utf8");
}

export async function make(settings, { dataFolder, say }) {
  const { numbers, characters } = numbered(readText(dataFolder, say));
  say(`text: ${numbers.length} characters, ${characters.length} different ones`);
  const [train, validation, test] = split(numbers).map((part) => {
    const all = windows(part, N_STEPS);
    return settings.quick ? first(all, QUICK) : all;
  });
  const size = characters.length;
  const embedding = new Embedding({ vocabularySize: size, embeddingSize: EMBEDDING, seed: headSeed(settings) + 1 });
  const cell = stack(settings, EMBEDDING);
  const head = new Dense({ inputSize: settings.units, outputSize: size, seed: headSeed(settings) });
  const model = modelOf({ embedding, rnn: cell, head }, (x, training) =>
    head.call(dynamicRnn(cell, embedding.call(x), { training })[0]),
  );
  const metrics = { perplexity };
  return {
    model,
    data: train,
    validation,
    loss: crossEntropy,
    metrics,
    trainingMetrics: false, // a pass over the whole text
    report: async () => {
      const measured = await evaluate(model, test, { metrics, batchSize: settings.batchSize });
      const found = `test perplexity ${measured.perplexity.toPrecision(4)}, of ${size} characters`;
      if (settings.sample === 0) return found;
      const { sample: length, temperature, seed } = settings;
      const text = sample({ embedding, cell, head }, characters, { length, temperature, seed });
      return `${found}\n${length} characters at temperature ${temperature}, seed ${seed}:\n\n${text}\n`;
    },
  };
}
