/** A language model: the next character, word or byte pair of a text. */
import { latestCheckpoint } from "unroll/data";
import { crossEntropy, generate, measureText, perplexity } from "unroll/train";
import { languageModel } from "../language/network.mts";
import { partsOf } from "../language/parts.mts";
import { textFile } from "../language/text-file.mts";
import { keptTokenizer, makeTokenizer } from "../language/tokenizer.mts";
import { tokensOf } from "../language/tokens.mts";
import { Vocabulary } from "../language/vocabulary.mts";
import { promptOf, samplingOf } from "../language/write.mts";
import type { Make } from "../task.mts";

export const make: Make = async (settings, options) => {
  const { folder, resume, batchSize } = settings;
  const path = await textFile(settings, options);
  const before = resume ? await latestCheckpoint(folder) : undefined;
  const tokenizer = await (resume ? keptTokenizer(settings, before) : makeTokenizer(path, settings));
  const file = await tokensOf(path, tokenizer, settings);
  options.say(`text: ${file.length} tokens of ${path}, ${tokenizer.vocabularySize} different ones`);
  const { training, validation, test } = partsOf(file, settings);
  const model = languageModel(settings, tokenizer.vocabularySize);
  return {
    model,
    data: training,
    validation,
    loss: crossEntropy,
    metrics: { perplexity },
    trainingMetrics: false, // it would be a pass over the whole text
    callbacks: [new Vocabulary(tokenizer, file.length)],
    report: async () => {
      const { perplexity, bitsPerCharacter, tokens } = await measureText(model, tokenizer, test, { batchSize });
      const found = `test perplexity ${perplexity.toPrecision(4)} of ${tokenizer.vocabularySize} tokens`;
      return `${found}, ${bitsPerCharacter.toFixed(3)} bits per character, on ${tokens} tokens at the text's end`;
    },
    show: async () => {
      const sampling = samplingOf(settings);
      if (sampling.length === 0) return;
      const { length, temperature = 1, seed } = { ...settings, ...sampling };
      options.say(`${length} tokens at temperature ${temperature}, seed ${seed}:\n`);
      const prompt = promptOf(tokenizer, test.read(0, Math.min(test.length, 100)));
      await generate(model, tokenizer, { ...sampling, prompt, onText: options.write });
      options.write("\n");
    },
  };
};
