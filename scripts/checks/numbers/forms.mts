/** Numbers that need no pin, by the form of the words around them, and sums that the reader can check. */
import type { NumberInProse } from "./prose.mts";

const FORMS: readonly RegExp[] = [
  /\bchapter \d+/gi,
  /\bexercises?,? \d+/gi,
  /\bnotebooks? \d\d(?: and \d\d)?/gi,
  /\b\d(?:st|nd|rd|th)\b/g,
  /\bTensorFlow \d/g,
  // A year of a publication, with what ends its reference: "Cho et al. 2014)", "Bengio (2010)"; and a decade.
  /(?<=(?:\p{Lu}[\p{L}-]+|\bal\.|\bothers|[(,]),? ?\(?)(?:19|20)\d\d(?=[a-z]?[);])|\b1[89]\d0s\b/gu,
];

/** Whether the number stands in a reference: a chapter, an exercise, a year of a publication, a version. */
export function isReference({ text, index }: NumberInProse): boolean {
  return FORMS.some((form) => placesOf(text, form).some(([start, end]) => start <= index && index < end));
}

/** 0 and 1 are bounds, first indices, gates that are shut and open: nothing that somebody measured. */
export const isZeroOrOne = ({ value, isMeasure }: NumberInProse): boolean => (value === 0 || value === 1) && !isMeasure;

/** A sum whose result stands beside it: "(28 + 150) · 150 = 26,700". */
const SUM = /(?<left>[\d(][\d,.()+\-−·× ]*[\d)]) = (?<right>\d[\d,]*(?:\.\d+)?)/g;

/** Whether the number is the result of a sum, and the sum is right. */
export function isResult({ text, index }: NumberInProse): boolean {
  return [...text.matchAll(SUM)].some(({ index: start, groups: { left = "", right = "" } = {} }) => {
    if (start + left.length + " = ".length !== index) return false;
    return evaluated(left) === Number(right.replaceAll(",", ""));
  });
}

/** The value of a text of numbers, + − · × and parentheses; NaN if it is none. */
export function evaluated(sum: string): number {
  const tokens =
    sum
      .replaceAll(",", "")
      .replaceAll("−", "-")
      .replaceAll(/[·×]/g, "*")
      .match(/\d+(?:\.\d+)?|[-+*()]/g) ?? [];
  const primary = (): number => {
    const token = tokens.shift();
    if (token !== "(") return Number(token ?? Number.NaN);
    const value = terms();
    return tokens.shift() === ")" ? value : Number.NaN;
  };
  const product = (): number => {
    let value = primary();
    while (tokens[0] === "*") {
      tokens.shift();
      value *= primary();
    }
    return value;
  };
  const terms = (): number => {
    let value = product();
    while (tokens[0] === "+" || tokens[0] === "-") value += tokens.shift() === "+" ? product() : -product();
    return value;
  };
  const value = terms();
  return tokens.length === 0 ? value : Number.NaN;
}

export const placesOf = (text: string, pattern: RegExp): [start: number, end: number][] =>
  [...text.matchAll(pattern)].map(({ 0: found, index }) => [index, index + found.length]);
