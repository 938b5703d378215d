import { display } from "./kernel";

/** What stands in a sentence: texts as they are, numbers as `digits` writes them. */
export type Said = string | number;

/**
 * Shows a sentence whose figures the run has just computed. Prose with typed numbers describes one run and is false on
 * the reader's screen as soon as the profile, the data or the engine is another one; a sentence from `say` never is.
 *
 *   say`The network makes ${percent(error / baseline)} of the error of *repeat-last*.`;
 *
 * The text is Markdown, formulas included (`$\sin t$`: a backslash needs no second one). A sentence may go over several
 * lines. Outside a notebook it is printed.
 */
export function say(texts: TemplateStringsArray, ...values: readonly Said[]): void {
  const raw = texts.raw.map((text) => text.replaceAll(/\\(?=`|\$\{)/g, "")); // as they must be written in a template
  const text = String.raw({ raw }, ...values.map(inSentence)).trim();
  display({ "text/markdown": text, "text/plain": text });
}

function inSentence(value: Said): string {
  return typeof value === "number" ? digits(value) : value;
}

/**
 * A number for a sentence: `digits(1234.5)` is "1,235", `digits(0.01234, 2)` is "0.012", `digits(1.2e-7, 2)` is
 * "1.2·10⁻⁷". Whole numbers keep all their digits.
 *
 * @param count significant digits of a number that is not whole. Default: 3.
 */
export function digits(value: number, count = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (Number.isInteger(value) || size >= 10 ** (count - 1)) return sign + withCommas(Math.round(size));
  if (size >= 1e-4) return sign + size.toPrecision(count);
  const [factor, power] = size.toExponential(count - 1).split("e");
  return `${sign}${factor}·10${raised(Number(power))}`;
}

/**
 * A share as percent: `percent(0.1234)` is "12 %".
 *
 * @param decimals digits after the point. Default: 0.
 */
export function percent(share: number, decimals = 0): string {
  return `${(100 * share).toFixed(decimals).replace("-", "−")} %`;
}

const withCommas = (whole: number): string => whole.toLocaleString("en");

/** A power of ten in small high digits: "⁻⁷". */
const raised = (power: number): string =>
  [...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
