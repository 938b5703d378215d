import type { InferenceGraph, PageForm } from "../../compile";
import type { Tokenizer } from "../../data";
import { encodeText, pageTokenizer } from "../../data/internal";
import { ArgumentError } from "../../rnn";
import { describe } from "../checks";
import { isRecord, type Structure } from "../structure";
import type { GraphInput } from "./export-inputs";

/** What the page of an exported model shows of its inputs and outputs. */
export interface PageOptions {
  /**
   * A tokenizer of words or of characters, for an x of word numbers: the page then has a text box. Where x is a record, by
   * name. Default: the page takes word numbers.
   */
  tokenizer?: Structure<Tokenizer>;
  /**
   * The names of what the last axis of the output counts, such as classes; of several outputs, by name. Default: numbers; the
   * tokens, where there is one tokenizer and the axis is as long as its vocabulary.
   */
  labels?: Structure<readonly string[]>;
}

/** What the form of the page knows. @throws ArgumentError for a tokenizer or labels that do not fit inputs and outputs */
export function pageForm(
  where: string,
  inputs: readonly GraphInput[],
  graph: InferenceGraph,
  { tokenizer, labels }: PageOptions,
): PageForm {
  const lengths = inputs.flatMap(({ name, lengthsOf }) =>
    lengthsOf === undefined ? [] : [[name, lengthsOf] as const],
  );
  const tokenizers = tokenizersOf(where, inputs, tokenizer);
  const texts = tokenizers.map(([name, each]) => [name, pageTokenizer(where, "tokenizer", each)] as const);
  return {
    labels: labelsOf(where, lastSizes(graph), labels, tokenizers),
    lengths: Object.fromEntries(lengths),
    texts: Object.fromEntries(texts),
    encodeText: String(encodeText), // always: a page that is half replaced may have texts
  };
}

const isTokenizer = (value: unknown): value is Tokenizer =>
  value !== null && typeof value === "object" && typeof (value as Partial<Tokenizer>).encode === "function";

function tokenizersOf(where: string, inputs: readonly GraphInput[], given: unknown): (readonly [string, Tokenizer])[] {
  if (given === undefined) return [];
  const isText = ({ spec, lengthsOf }: GraphInput) =>
    lengthsOf === undefined && !Array.isArray(spec) && (spec as { dtype?: string }).dtype === "int32";
  const names = inputs.filter(isText).map(({ name }) => name);
  const byName = isTokenizer(given) ? { x: given } : given;
  if (!isRecord(byName))
    throw new ArgumentError(where, "tokenizer", "a tokenizer, or one for each text", describe(given));
  return Object.entries(byName).map(([name, each]) => {
    const argument = isTokenizer(given) ? "tokenizer" : `tokenizer.${name}`;
    if (!isTokenizer(each)) throw new ArgumentError(where, argument, "a tokenizer", describe(each));
    if (names.includes(name)) return [name, each];
    const expected =
      names.length === 0 ? "none, as no input is int32" : `one for the int32 inputs, ${names.join(", ")}`;
    throw new ArgumentError(where, argument, expected, `one for ${name}`);
  });
}

/** How long the last axis of each output is, in a trial. */
const lastSizes = ({ trials: [{ outputs }] }: InferenceGraph): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, { shape }]) => [name, shape.length > 1 ? (shape.at(-1) ?? 1) : 1]),
  );

function labelsOf(
  where: string,
  sizes: Readonly<Record<string, number>>,
  given: unknown,
  tokenizers: readonly (readonly [string, Tokenizer])[],
): Record<string, readonly string[]> {
  const [tokenizer, second] = tokenizers.map(([, each]) => each);
  const tokens = second === undefined ? tokenizer : undefined;
  const isOfTokens = (size: number) => tokens !== undefined && size === tokens.vocabularySize;
  const ofTokens = Object.entries(sizes).filter(([, size]) => isOfTokens(size));
  const known = ofTokens.map(([name, size]) => [
    name,
    Array.from({ length: size }, (_, id) => tokens?.token(id) ?? ""),
  ]);
  if (given === undefined) return Object.fromEntries(known);
  const names = Object.keys(sizes);
  const byName = Array.isArray(given) ? { [names[0] as string]: given } : given;
  if (!isRecord(byName)) throw new ArgumentError(where, "labels", "a list of names", describe(given));
  for (const [name, each] of Object.entries(byName)) {
    const argument = Array.isArray(given) ? "labels" : `labels.${name}`;
    const size = sizes[name];
    if (size === undefined) throw new ArgumentError(where, argument, `an output, ${names.join(", ")}`, name);
    if (Array.isArray(each) && each.length === size && each.every((label) => typeof label === "string")) continue;
    const expected = `${size} texts, one for each number of the output's last axis`;
    throw new ArgumentError(where, argument, expected, describe(each));
  }
  return { ...Object.fromEntries(known), ...(byName as Record<string, readonly string[]>) };
}
