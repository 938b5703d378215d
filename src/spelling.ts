/** The known name that somebody who wrote another one may have meant: for "did you mean" in errors. */

/**
 * What Keras, PyTorch, scikit-learn and Hugging Face call our options, in small letters without "_". Of several names of
 * ours the first that the function knows counts. What stands after "=" is the value to write, where it is another one.
 */
const WORDS_OF_OTHERS: Readonly<Record<string, string>> = {
  lr: "learningRate",
  eta: "learningRate",
  stepsize: "learningRate",
  alpha: "learningRate",
  betas: "beta1",
  eps: "epsilon",
  nesterov: "useNesterov",
  l2: "weightDecay l2RegularizationStrength",
  maxgradnorm: "globalClipNorm",
  gradclip: "globalClipNorm",
  gradientclipval: "globalClipNorm",
  maxnorm: "globalClipNorm",
  units: "numUnits outputSize",
  hiddensize: "numUnits querySize",
  hiddenunits: "numUnits",
  hiddendim: "numUnits",
  nhidden: "numUnits",
  numhidden: "numUnits",
  inputdim: "inputSize vocabularySize",
  infeatures: "inputSize",
  inchannels: "inputSize",
  features: "inputSize",
  outputdim: "outputSize embeddingSize",
  outfeatures: "outputSize",
  outchannels: "filters outputChannels",
  nonlinearity: "activation",
  bias: "useBias",
  dilation: "dilationRate",
  numembeddings: "vocabularySize embeddingClasses",
  vocabsize: "vocabularySize maxSize",
  numclasses: "vocabularySize outputSize",
  embeddingdim: "embeddingSize",
  embeddim: "embeddingSize",
  dropout: "keepProb=1−dropout outputKeepProb=1−dropout",
  droprate: "keepProb=1−rate outputKeepProb=1−rate",
  dropoutrate: "keepProb=1−rate outputKeepProb=1−rate",
  rate: "keepProb=1−rate outputKeepProb=1−rate learningRate",
  recurrentdropout: "stateKeepProb=1−dropout",
  h0: "initialState",
  hx: "initialState",
  inputlengths: "sequenceLength",
  lengths: "sequenceLength",
  seqlen: "nSteps sequenceLength",
  timesteps: "nSteps",
  numsteps: "nSteps",
  windowsize: "nSteps window",
  lookback: "nSteps",
  blocksize: "nSteps",
  maxlen: "maximum maximumLength maxLength",
  minibatchsize: "batchSize",
  batch: "batchSize",
  nepochs: "epochs",
  numepochs: "epochs",
  nepoch: "epochs",
  iterations: "epochs",
  criterion: "loss",
  lossfn: "loss",
  objective: "loss",
  opt: "optimizer",
  optim: "optimizer",
  valdata: "validationData",
  evalset: "validationData",
  validationsplit: "validationData",
  validationfreq: "everyEpochs",
  verbose: "progress",
  lossweight: "lossWeights",
  randomstate: "seed",
  randomseed: "seed",
  filepath: "folder",
  dir: "folder",
  directory: "folder",
  dirpath: "folder",
  savebestonly: "best",
  savefreq: "every",
  maxtokeep: "keep",
  minlr: "minLearningRate",
  histogramfreq: "histogramFrequency",
  writegraph: "graph",
  delimiter: "separator",
  sep: "separator",
  maxnewtokens: "length maximumLength",
  maxtokens: "length maximumLength",
  temp: "temperature",
  numbeams: "beamWidth",
  beamsize: "beamWidth",
  numreturnsequences: "count",
  vectorsize: "embeddingSize",
  minfreq: "minCount",
  lowercase: "lowerCase",
};

/** A name's letters alone: `batch_size`, `batch size` and `batchSize` are the same. */
export const plain = (name: string): string => name.toLowerCase().replace(/[_\- ]/g, "");

/**
 * Finds the known name that is meant: the same letters written otherwise (`batch_size`), another library's word (`lr`), or
 * a name that differs by few letters (`learningrat`).
 *
 * @returns the name, with what to do to the value where it is another one; undefined when no name is near
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const same = known.find((each) => plain(each) === plain(name));
  return same ?? wordOfOthers(name, known) ?? nearestByLetters(name, known);
}

/** " (did you mean learningRate?)", or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
}

function wordOfOthers(name: string, known: readonly string[]): string | undefined {
  const word = plain(name);
  const names = Object.hasOwn(WORDS_OF_OTHERS, word) ? (WORDS_OF_OTHERS[word] as string).split(" ") : [];
  const [ours, value] = names.map((each) => each.split("=")).find(([each]) => known.includes(each as string)) ?? [];
  return value === undefined ? ours : `${ours}: ${value}`;
}

/** The known name with the fewest letters to change, if those are at most a third of the letters. */
function nearestByLetters(name: string, known: readonly string[]): string | undefined {
  const counted = known.map((each) => ({ each, changes: changesBetween(plain(name), plain(each)) }));
  const nearest = counted.sort((a, b) => a.changes - b.changes)[0];
  return nearest !== undefined && nearest.changes <= Math.max(1, Math.floor(name.length / 3))
    ? nearest.each
    : undefined;
}

/** How many letters must be added, left out, replaced or swapped with the next (Damerau and Levenshtein's distance). */
function changesBetween(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    const [before, last] = [rows[i - 2], rows[i - 1] as number[]];
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const least = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (isSame ? 0 : 1),
      );
      const isSwap = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row.push(isSwap && before !== undefined ? Math.min(least, (before[j - 2] as number) + 1) : least);
    }
    rows.push(row);
  }
  return rows.at(-1)?.at(-1) as number;
}
