import { Random } from "../../data";
import { ArgumentError } from "../../rnn";
import { watchForStop } from "../stop";
import { blocksOf } from "./blocks";
import type { IdSentence } from "./corpus-ids";
import type { TrainWordVectorsOptions, WordVectorsSettings } from "./options";
import type { WordTraining } from "./word-training";

/** What a training tells beside its vectors. */
export interface WordTrainingResult {
  readonly losses: readonly number[];
  readonly wordsPerSecond: number;
  readonly stopped?: string;
}

export interface RunEpochsOptions {
  readonly settings: WordVectorsSettings;
  readonly training: WordTraining;
  /** The words of the corpus. */
  readonly corpusWords: number;
  readonly listeners: Pick<TrainWordVectorsOptions, "onProgress" | "signal">;
}

/** Milliseconds between two reports. */
const REPORT_EVERY = 1000;

/** Trains all epochs. @throws ArgumentError when no word has a context */
export async function runEpochs(
  read: () => Iterable<IdSentence>,
  { settings, training, corpusWords, listeners }: RunEpochsOptions,
): Promise<WordTrainingResult> {
  const { epochs, learningRate, minLearningRate, seed } = settings;
  const totalWords = corpusWords * epochs;
  const watch = await watchForStop(listeners.signal);
  const begin = performance.now();
  const speed = (words: number) => (1000 * words) / (performance.now() - begin);
  let [done, reported] = [0, begin];
  const losses: number[] = [];
  try {
    for (let epoch = 0; epoch < epochs && watch.reason === undefined; epoch++) {
      const sum = { loss: 0, words: 0 };
      const report = () => {
        const loss = sum.loss / Math.max(1, sum.words);
        listeners.onProgress?.({ epoch, words: done, totalWords, wordsPerSecond: speed(done), loss });
        reported = performance.now();
      };
      const random = new Random(seed, epoch);
      for (const block of blocksOf(read(), { ...training.shape, ...settings, ...training, random })) {
        const rate = learningRate - (learningRate - minLearningRate) * (done / totalWords);
        sum.loss += training.step.train(block, rate);
        sum.words += block.windows;
        done = epoch * corpusWords + block.read;
        if (performance.now() - reported > REPORT_EVERY) report();
        await watch.yieldIfDue();
        if (watch.reason !== undefined) break;
      }
      if (watch.reason === undefined) done = (epoch + 1) * corpusWords; // the words after the last full block too
      checkHasContexts(sum.words, corpusWords);
      training.checkFinite();
      losses.push(sum.loss / sum.words);
      report();
    }
    const { reason } = watch;
    return { losses, wordsPerSecond: speed(done), ...(reason !== undefined && { stopped: reason }) };
  } finally {
    watch.close();
  }
}

/** Refuses an epoch in which no word had another one in its window. */
function checkHasContexts(words: number, corpusWords: number): void {
  if (words > 0) return;
  const actual = `none among ${corpusWords} words: each is alone in its sentence, or its neighbours are rare or left out`;
  throw new ArgumentError("trainWordVectors", "corpus", "words with a context", actual);
}
