/** What a training may be told, as a flag or as a field of a config file: one table for parsing, checking and help. */
import { MODELS } from "./models.mjs";

const oneOf = (words) => ({ words, check: (value) => words.includes(value), expected: words.join(", ") });
const count = (least) => ({
  number: true,
  check: (value) => Number.isSafeInteger(value) && value >= least,
  expected: `a whole number from ${least} up`,
});
const rate = {
  number: true,
  check: (value) => typeof value === "number" && Number.isFinite(value) && value > 0,
  expected: "a number above 0",
};
const flag = { flag: true, check: (value) => typeof value === "boolean", expected: "true or false" };
const name = {
  check: (value) => typeof value === "string" && /^[\w][\w.-]*$/.test(value),
  expected: "letters, digits, - and _",
};
const folder = { check: (value) => typeof value === "string" && value !== "", expected: "a path" };

/** By a config file's names; a flag is the same name with hyphens. `help` is what --help says. */
export const FIELDS = {
  model: { ...oneOf(Object.keys(MODELS)), help: "what to train" },
  cell: { ...oneOf(["rnn", "lstm", "gru"]), help: "the recurrent cell" },
  units: { ...count(1), help: "units of each layer" },
  layers: { ...count(1), help: "cells one above the other" },
  epochs: { ...count(1), help: "how often all examples are seen; with --resume, those before included" },
  batchSize: { ...count(1), help: "examples in a step" },
  learningRate: { ...rate, help: "Adam's" },
  seed: { ...count(0), help: "of the first weights, the examples' order and the text" },
  checkpointSteps: { ...count(1), help: "steps between checkpoints, beside the one after each epoch" },
  sample: { ...count(0), help: "char: characters of text to write when it is trained; 0 for none" },
  temperature: { ...rate, help: "char: below 1 it keeps to what is likely, above 1 it strays" },
  tensorboard: { ...flag, help: "writes curves and histograms; npm run tensorboard shows them" },
  quick: { ...flag, help: "a part of the data and an epoch or two: does it run?" },
  name: { ...name, help: "the run's folder in runs/; the model and cell unless told" },
  runs: { ...folder, help: "where that folder is; runs unless told" },
};

/** Flags that are no setting. */
export const ACTIONS = {
  config: { help: "settings from a JSON file; flags beside it win" },
  resume: { flag: true, help: "goes on with --name where its last checkpoint is, with the settings it has" },
  help: { flag: true, help: "this text" },
};

export const flagOf = (field) => `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
