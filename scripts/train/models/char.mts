/** A language model of characters: Shakespeare as character numbers, cut into windows. */
import { Dense, dynamicRnn, Embedding } from "unroll/rnn";
import type * as tf from "unroll/tf";
import { crossEntropy, evaluate, modelOf, perplexity } from "unroll/train";
import { headSeed, stack } from "../network.mts";
import { sample } from "../sample.mts";
import type { Make } from "../task.mts";
import { numbered, readText, split, windows } from "../text.mts";

const N_STEPS = 100;
const QUICK = 256; // windows
const EMBEDDING = 32;

export const make: Make = async (settings, options) => {
  const { numbers, characters } = numbered(readText(options));
  options.say(`text: ${numbers.length} characters, ${characters.length} different ones`);
  const { train, validation, test } = split(numbers);
  const windowsOf = (part: Int32Array) => windows(part, N_STEPS, settings.quick ? QUICK : Infinity);
  const [data, validationData, testData] = [windowsOf(train), windowsOf(validation), windowsOf(test)];
  const size = characters.length;
  const embedding = new Embedding({ vocabularySize: size, embeddingSize: EMBEDDING, seed: headSeed(settings) + 1 });
  const cell = stack(settings, EMBEDDING);
  const head = new Dense({ inputSize: settings.units, outputSize: size, seed: headSeed(settings) });
  const model = modelOf({ embedding, rnn: cell, head }, (x: tf.Tensor2D, training) => {
    const vectors = embedding.call(x) as tf.Tensor3D; // one for each character: [batch, nSteps, embeddingSize]
    return head.call(dynamicRnn(cell, vectors, { training })[0]);
  });
  const metrics = { perplexity };
  return {
    model,
    data,
    validation: validationData,
    loss: crossEntropy,
    metrics,
    trainingMetrics: false, // it would be a pass over the whole text
    report: async () => {
      const measured = await evaluate(model, testData, { metrics, batchSize: settings.batchSize });
      const found = `test perplexity ${measured.perplexity?.toPrecision(4)}, of ${size} characters`;
      const { sample: length = 0, temperature = 1, seed } = settings;
      if (length === 0) return found;
      const text = sample({ embedding, cell, head }, characters, { length, temperature, seed });
      return `${found}\n${length} characters at temperature ${temperature}, seed ${seed}:\n\n${text}\n`;
    },
  };
};
