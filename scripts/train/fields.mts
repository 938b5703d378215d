/** What can be asked of a training, as a flag or as a field of a config file: one table for parsing, checking and help. */
import { CELL_NAMES, type Fields, MODEL_NAMES, TOKENIZER_NAMES } from "./config.mts";

/** A flag of the command line. */
export interface Flag {
  /** What follows it: a number, a text, or nothing ("none"). */
  readonly takes: "number" | "text" | "none";
  /** How --help names what follows it. */
  readonly shown?: string;
  /** What is expected to follow it, for an error. */
  readonly expected: string;
  /** What --help says. */
  readonly help: string;
}

/** A flag that is a field of a config file too. */
export interface Field<Value> extends Flag {
  check(value: unknown): value is Value;
}

type Kind<Value> = Omit<Field<Value>, "help">;

function oneOf<Word extends string>(words: readonly Word[]): Kind<Word> {
  const check = (value: unknown): value is Word => words.some((word) => word === value);
  return { takes: "text", shown: words.join("|"), expected: words.join(", "), check };
}

function count(least: number): Kind<number> {
  const check = (value: unknown): value is number =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least;
  return { takes: "number", shown: "N", expected: `a whole number from ${least} up`, check };
}

const isRate = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value) && value > 0;
const isTemperature = (value: unknown): value is number => typeof value === "number" && value >= 0 && value < Infinity;
const isShare = (value: unknown): value is number => typeof value === "number" && value > 0 && value <= 1;
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isName = (value: unknown): value is string => typeof value === "string" && /^[\w][\w.-]*$/.test(value);
const isPath = (value: unknown): value is string => typeof value === "string" && value !== "";

const rate: Kind<number> = { takes: "number", shown: "N", expected: "a number above 0", check: isRate };
const temperature: Kind<number> = { takes: "number", shown: "N", expected: "a number from 0 up", check: isTemperature };
const share: Kind<number> = { takes: "number", shown: "N", expected: "a number above 0, at most 1", check: isShare };
const flag: Kind<boolean> = { takes: "none", expected: "true or false", check: isFlag };
const name: Kind<string> = { takes: "text", shown: "NAME", expected: "letters, digits, - and _", check: isName };
const file: Kind<string> = { takes: "text", shown: "FILE", expected: "a path", check: isPath };
const folder: Kind<string> = { takes: "text", shown: "FOLDER", expected: "a path", check: isPath };

/** By a config file's names; a flag is the same name with hyphens. */
export const FIELDS: { readonly [Name in keyof Fields]: Field<Fields[Name]> } = {
  model: { ...oneOf(MODEL_NAMES), help: "what to train" },
  cell: { ...oneOf(CELL_NAMES), help: "the recurrent cell" },
  units: { ...count(1), help: "units of each layer" },
  layers: { ...count(1), help: "cells one above the other" },
  epochs: { ...count(1), help: "how often all examples are seen; with --resume, those before included" },
  batchSize: { ...count(1), help: "examples in a step" },
  learningRate: { ...rate, help: "Adam's" },
  seed: { ...count(0), help: "of the first weights, the examples' order and the text" },
  checkpointSteps: { ...count(1), help: "steps between checkpoints, beside the one after each epoch" },
  text: { ...file, help: "char: a text of your own, in UTF-8. Default: tiny Shakespeare" },
  tokenizer: { ...oneOf(TOKENIZER_NAMES), help: "char: what it reads and writes one by one (bpe: byte pairs)" },
  vocabularySize: { ...count(2), help: "char, words and bpe: different tokens at most. Default: 10000 and 2000" },
  length: { ...count(0), help: "char: tokens of text to write when it is trained, and with --generate" },
  temperature: {
    ...temperature,
    help: "char: below 1 it keeps to what is likely, above 1 it strays; 0: the likeliest",
  },
  topK: { ...count(1), help: "char: it chooses among the N likeliest tokens only" },
  topP: { ...share, help: "char: it chooses among the likeliest tokens that have this share together" },
  tensorboard: { ...flag, help: "writes curves and histograms; npm run tensorboard shows them" },
  quick: { ...flag, help: "a part of the data and an epoch or two: does it run?" },
  name: { ...name, help: "the run's folder in runs/. Default: the model and cell" },
  runs: { ...folder, help: "where that folder is. Default: runs" },
};

/** Flags that are no setting. */
export const ACTIONS = {
  config: { takes: "text", shown: "FILE", expected: "a file", help: "settings from a JSON file; flags beside it win" },
  resume: {
    takes: "none",
    expected: "no value",
    help: "goes on with --name where its last checkpoint is, with the settings it has",
  },
  generate: {
    takes: "text",
    shown: '"TEXT"',
    expected: "the begin of a text",
    help: "goes on with a text, from the best checkpoint of --name, without training",
  },
  help: { takes: "none", expected: "no value", help: "this text" },
} as const satisfies Record<string, Flag>;

export const isField = (name: string): name is keyof Fields => Object.hasOwn(FIELDS, name);

export const flagOf = (field: string): string => `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
