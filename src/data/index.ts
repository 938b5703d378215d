export {
  type NumericArray,
  type NumericData,
  numericArray,
  type RankOf,
  rowCount,
  sliceRows,
  takeRows,
  withRank,
} from "./array";
export { type BatchesOptions, batches, type Dataset, splitExamples, takeExamples } from "./batches";
export { checkCheckpointFolder } from "./checkpoint/check-folder";
export { bestCheckpoint, type FindOptions, latestCheckpoint } from "./checkpoint/find";
export { type ListedCheckpoint, listCheckpoints } from "./checkpoint/folder";
export { readHistory } from "./checkpoint/history-file";
export type { Json, JsonRecord } from "./checkpoint/json-value";
export type { Best, HistoryMark } from "./checkpoint/manifest";
export { markBest } from "./checkpoint/mark-best";
export { type Checkpoint, readCheckpoint } from "./checkpoint/read";
export { type CheckpointContent, type WriteCheckpointOptions, writeCheckpoint } from "./checkpoint/write";
export { DataError } from "./errors";
export { saveFiles } from "./files/save-files";
export { type CsvNumbersOptions, csvNumbers } from "./formats/csv/csv-numbers";
export { type CsvColumns, csvColumn, type ReadCsvOptions, readCsv } from "./formats/csv/read-csv";
export { type IdxFormat, readIdx } from "./formats/idx";
export { type KerasWeightsOptions, loadKerasWeights } from "./formats/keras/load";
export { loadNpy, readNpy, saveNpy, writeNpy } from "./formats/npy";
export type { ChosenNames, SafetensorsArray } from "./formats/safetensors/choose";
export type { SafetensorsDtype } from "./formats/safetensors/dtypes";
export type { WrittenDtype } from "./formats/safetensors/encode";
export type { WrittenDtypes } from "./formats/safetensors/layout";
export { loadSafetensors } from "./formats/safetensors/load";
export {
  type ReadSafetensorsOptions,
  readSafetensors,
  readSafetensorsMetadata,
  saveSafetensors,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from "./formats/safetensors/safetensors";
export { loadTensorFlowCheckpoint, type TensorFlowCheckpointOptions } from "./formats/tensorflow/load";
export type { Chords } from "./music/chords";
export { type Counterpoint, type CounterpointCounts, counterpoint } from "./music/counterpoint";
export { type MidiMusic, type ReadMidiOptions, readMidi, type WriteMidiOptions, writeMidi } from "./music/midi";
export { noteName, noteNumber } from "./music/note-names";
export { type SynthesizeOptions, synthesize } from "./music/synthesize";
export { type Sound, writeWav } from "./music/wav";
export {
  type MarshallPalmerOptions,
  marshallPalmer,
  rainRate,
  reflectivityOf,
  scanDurations,
} from "./rain/marshall-palmer";
export { RADAR_FIGURES } from "./rain/radar-figures";
export { type GeneratedHour, radarHours } from "./rain/radar-hours";
export { loadRain, type Rain, type RainOptions } from "./rain/rain";
export { readRainHours } from "./rain/rain-csv";
export { hasReflectivity, RAIN_COLUMNS, type RainColumn, type RainHour, rainColumn } from "./rain/rain-hours";
export { Random } from "./random";
export type { NextRank, PreviousRank, Shape } from "./rank";
export {
  type LeftPaddedSequences,
  type PaddedSequences,
  type PadSequencesOptions,
  padSequences,
} from "./sequences/pad-sequences";
export { type Scale, scaled, scaleOf } from "./sequences/scale";
export { lastStep, type SlidingWindowsOptions, sliceSteps, slidingWindows } from "./sequences/sliding-windows";
export { type Spectrum, type SpectrumOptions, spectrum, strongestPeriod } from "./sequences/spectrum";
export type { CutSource, Series, StreamSource } from "./sequences/stream-source";
export { type StreamBatch, type Streams, type StreamsOptions, streams } from "./sequences/streams";
export { cacheFolder, type Environment } from "./sources/cache";
export { type Chorales, loadChorales } from "./sources/chorales";
export { type DailySeries, type DailySeriesOptions, loadMinTemperatures, loadStockDays } from "./sources/daily-series";
export type { Patience } from "./sources/download";
export { type Digits, loadMnist, type Mnist, type MnistOptions } from "./sources/mnist";
export type { DataSource, SourceOptions } from "./sources/source";
export type { LoaderOptions } from "./sources/stand-in";
export { type EnglishFrench, loadEnglishFrench } from "./sources/text/english-french";
export {
  readSentencePairs,
  type SentencePair,
  type SentencePairs,
  type SentencePairsOptions,
} from "./sources/text/sentence-pairs";
export { loadSentencePolarity, type SentencePolarity } from "./sources/text/sentence-polarity";
export { loadShakespeare, type Shakespeare } from "./sources/text/shakespeare";
export { type PairsSplit, type SplitPairsOptions, splitPairs } from "./sources/text/split-pairs";
export { loadWordAnalogies, type WordAnalogies } from "./sources/text/word-analogies";
export { loadWordCorpus, type WordCorpus } from "./sources/text/word-corpus";
export { loadWordSimilarity, type WordSimilarity, type WordSimilaritySet } from "./sources/text/word-similarity";
export { type DigitStrips, type DigitStripsOptions, digitStrips } from "./synthetic/digit-strips";
export { type DrawnDigitsOptions, drawnDigits } from "./synthetic/drawn-digits";
export {
  type Clips,
  DIRECTIONS,
  type MovingDigitsOptions,
  movingDigits,
  playedBackwards,
} from "./synthetic/moving-digits";
export {
  embeddedReberString,
  isEmbeddedReber,
  oneHotLetters,
  REBER_LETTERS,
  type ReberExamples,
  reberExamples,
  spoiltReberString,
} from "./synthetic/reber";
export { type SpikeTrainsOptions, spikeTrains } from "./synthetic/spike-trains";
export {
  type RandomTimeSeriesOptions,
  randomTimeSeriesWindows,
  TIME_SERIES,
  type TimeSeriesOptions,
  timeSeries,
  timeSeriesWindows,
  type Windows,
} from "./synthetic/time-series";
export { type BytePairTokenizer, bytePairTokenizer } from "./text/byte-pairs/byte-pair-tokenizer";
export type { BytePairOptions } from "./text/byte-pairs/options";
export {
  type CharacterTokenizer,
  type CharacterTokenizerOptions,
  characterTokenizer,
} from "./text/characters/character-tokenizer";
export type { CharacterUnit } from "./text/characters/encode";
export { textChunks } from "./text/files/text-chunks";
export { type TextLinesOptions, textLines } from "./text/files/text-lines";
export { type CbowBatch, type CbowOptions, cbowWindows } from "./text/pairs/cbow";
export {
  type CorpusCounts,
  keepProbabilities,
  type Subsampling,
  type TokenSentence,
  type TokenSentences,
} from "./text/pairs/sentences";
export { type SkipGramBatch, type SkipGramOptions, skipGramPairs, type WordBatches } from "./text/pairs/skip-gram";
export type { ContextWindowOptions } from "./text/pairs/window-options";
export { type LoadTokenizerOptions, loadTokenizer } from "./text/save/load-tokenizer";
export { saveTokenizer } from "./text/save/save-tokenizer";
export { addSpecialTokens } from "./text/sequences/add-special-tokens";
export { type TextWindows, type TextWindowsOptions, textWindows } from "./text/sequences/text-windows";
export { openTokenFile, type TokenFile } from "./text/token-file/open";
export { type TokenFileOptions, tokenFile } from "./text/token-file/token-file";
export type { Tokens } from "./text/token-file/tokens";
export {
  type CountedTokenizer,
  type SpecialTokens,
  type TextSource,
  type TokenIds,
  type Tokenizer,
  unknownCount,
} from "./text/tokenizer";
export type { Normalization } from "./text/unicode/normalization";
export type { VocabularyOptions } from "./text/vocabulary/choose";
export { type WordTokenizer, type WordTokenizerOptions, wordTokenizer } from "./text/words/word-tokenizer";
export {
  type AnalogyAccuracy,
  type AnalogyQuestion,
  type AnalogyScore,
  analogyAccuracy,
  type WordListOptions,
} from "./vectors/analogy-accuracy";
export { similarity, type WordOrVector } from "./vectors/cosine";
export { analogy, mostSimilar, type Neighbour, type NeighboursOptions } from "./vectors/neighbours";
export { type ProjectedVectors, saveProjector } from "./vectors/projector";
export { spearmanCorrelation } from "./vectors/spearman";
export { type WordPair, type WordSimilarityScore, wordSimilarityScore } from "./vectors/word-similarity";
export { type WordVectors, wordVector } from "./vectors/word-vectors";
export {
  type LoadWord2VecFormatOptions,
  loadWord2VecFormat,
  saveWord2VecFormat,
  type Word2VecFormatOptions,
} from "./vectors/word2vec-format";
