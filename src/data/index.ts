export { type NumericArray, type NumericData, numericArray, rowCount, sliceRows, takeRows } from "./array";
export { type BatchesOptions, batches, type Dataset, splitExamples, takeExamples } from "./batches";
export { cacheFolder, type Environment } from "./cache";
export { bestCheckpoint, type FindOptions, latestCheckpoint } from "./checkpoint/find";
export { type Listed as ListedCheckpoint, listCheckpoints } from "./checkpoint/folder";
export type { Json, JsonRecord } from "./checkpoint/json-value";
export type { Best } from "./checkpoint/manifest";
export { markBest } from "./checkpoint/mark-best";
export { type Checkpoint, readCheckpoint } from "./checkpoint/read";
export { type CheckpointContent, type WriteCheckpointOptions, writeCheckpoint } from "./checkpoint/write";
export { type CsvColumns, csvColumn, csvNumbers, readCsv } from "./csv";
export { type DailySeries, type DailySeriesOptions, loadMinTemperatures, loadStockDays } from "./daily-series";
export type { Patience } from "./download";
export { type DrawnDigitsOptions, drawnDigits } from "./drawn-digits";
export { DataError } from "./errors";
export { type IdxFormat, readIdx } from "./idx";
export {
  type MarshallPalmerOptions,
  marshallPalmer,
  rainRate,
  reflectivityOf,
  scanDurations,
} from "./marshall-palmer";
export { type DataSource, type Digits, loadMnist, type Mnist, type MnistOptions } from "./mnist";
export { type Clips, DIRECTIONS, type MovingDigitsOptions, movingDigits, playedBackwards } from "./moving-digits";
export { type PaddedSequences, padSequences } from "./pad-sequences";
export { RADAR_FIGURES } from "./radar-figures";
export { type GeneratedHour, radarHours } from "./radar-hours";
export { loadRain, type Rain, type RainOptions } from "./rain";
export { readRainHours } from "./rain-csv";
export { hasReflectivity, RAIN_COLUMNS, type RainColumn, type RainHour, rainColumn } from "./rain-hours";
export { Random } from "./random";
export {
  embeddedReberString,
  isEmbeddedReber,
  oneHotLetters,
  REBER_LETTERS,
  type ReberExamples,
  reberExamples,
  spoiltReberString,
} from "./reber";
export {
  loadSafetensors,
  readSafetensors,
  readSafetensorsMetadata,
  type SafetensorsArray,
  saveSafetensors,
  writeSafetensors,
} from "./safetensors";
export type { SafetensorsDtype } from "./safetensors-dtypes";
export { saveFiles } from "./save-files";
export { type Scale, scaled, scaleOf } from "./scale";
export { lastStep, type SlidingWindowsOptions, sliceSteps, slidingWindows } from "./sliding-windows";
export type { SourceOptions } from "./source";
export { type Spectrum, type SpectrumOptions, spectrum, strongestPeriod } from "./spectrum";
export { type SpikeTrainsOptions, spikeTrains } from "./spike-trains";
export {
  type RandomTimeSeriesOptions,
  randomTimeSeriesWindows,
  TIME_SERIES,
  type TimeSeriesOptions,
  timeSeries,
  timeSeriesWindows,
  type Windows,
} from "./time-series";
