import { isDeepStrictEqual } from "node:util";

/** A claim about a number. It may have several bounds. */
export interface NumberClaim {
  readonly value: number | undefined | null;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly above?: number;
  readonly below?: number;
}

/** A claim that two plain values (numbers, texts, arrays, objects) are equal. */
export interface EqualClaim {
  readonly value: unknown;
  readonly equals: unknown;
}

/** A claim that numbers, alone or in arrays of one shape, differ from `near` by at most `within`. */
export interface NearClaim {
  readonly value: unknown;
  readonly near: unknown;
  readonly within: number;
}

export type Claim = NumberClaim | EqualClaim | NearClaim;

/** The result of `judge`: whether the claim holds, and its text: "0.9812, at least 0.97". */
export interface Judgement {
  readonly holds: boolean;
  /** Whether there was a value to judge: a missing value, a NaN or an infinity is an error on any data. */
  readonly sound: boolean;
  /** The claim with its value: "0.9812, at least 0.97". */
  readonly text: string;
}

const BOUNDS = {
  atLeast: { word: "at least", holds: (value: number, bound: number) => value >= bound },
  atMost: { word: "at most", holds: (value: number, bound: number) => value <= bound },
  above: { word: "above", holds: (value: number, bound: number) => value > bound },
  below: { word: "below", holds: (value: number, bound: number) => value < bound },
} as const;

/** The bounds that a claim may have: one of these forms. */
const WAYS: readonly (readonly string[])[] = [Object.keys(BOUNDS), ["equals"], ["near", "within"]];

/**
 * Judges one claim. NaN, infinities, null and undefined never hold.
 *
 * @throws TypeError naming the claim when it has no bound, a bound that is not a finite number, or a key that is
 *   unknown or does not fit the others: a key that is ignored must not seem to hold
 */
export function judge(name: string, claim: Claim): Judgement {
  checkKeys(name, claim);
  if ("equals" in claim) return judgeEqual(claim);
  if ("near" in claim || "within" in claim) return judgeNear(name, claim as NearClaim);
  const bounds = Object.entries(BOUNDS).filter(([key]) => key in claim);
  const asked = bounds.map(([key, { word, holds }]) => ({ word, holds, bound: claim[key as keyof typeof BOUNDS] }));
  const { value } = claim;
  const texts = asked.map(({ word, bound }) => `${word} ${needNumber(name, word, bound)}`);
  const sound = isNumber(value);
  const holds = sound && asked.every((each) => each.holds(value, each.bound as number));
  const shown = holds ? format(value) : String(value); // six digits could make a near miss look like a hit
  return { holds, sound, text: `${shown}, ${texts.join(" and ")}` };
}

function checkKeys(name: string, claim: Claim): void {
  const keys = Object.keys(claim).filter((key) => key !== "value");
  const fitting = `${Object.keys(BOUNDS).join(", ")}, equals, or near and within`;
  if (keys.length === 0) throw new TypeError(`claim "${name}": expected ${fitting}`);
  const unknown = keys.find((key) => !WAYS.flat().includes(key));
  if (unknown !== undefined) throw new TypeError(`claim "${name}": unknown key "${unknown}", expected ${fitting}`);
  const way = WAYS.find((each) => each.includes(keys[0] as string));
  const other = keys.find((key) => !way?.includes(key));
  if (other !== undefined) throw new TypeError(`claim "${name}": "${other}" does not go with "${keys[0]}"`);
}

function judgeEqual({ value, equals }: EqualClaim): Judgement {
  const [got, expected] = [plainValue(value), plainValue(equals)];
  const sound = isSound(got);
  const holds = sound && isDeepStrictEqual(got, expected);
  return { holds, sound, text: `${format(value)}, equal to ${format(equals)}` };
}

function judgeNear(name: string, { value, near, within }: NearClaim): Judgement {
  needNumber(name, "within", within);
  const [got, expected] = [flatten(value), flatten(near)];
  const sound = got.length > 0 && got.every(isNumber) && expected.every(isNumber) && shapeOf(value) === shapeOf(near);
  const distance = sound
    ? got.reduce((far, x, i) => Math.max(far, Math.abs(x - (expected[i] ?? Number.NaN))), 0)
    : Number.NaN;
  const what =
    got.length === 1
      ? `${format(value)}, near ${format(near)}`
      : `${got.length} numbers, at most ${format(distance)} away`;
  return { holds: sound && distance <= within, sound, text: `${what}, within ${within}` };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function needNumber(name: string, word: string, bound: unknown): number {
  if (isNumber(bound)) return bound;
  throw new TypeError(`claim "${name}": expected a finite number after "${word}", got ${format(bound)}`);
}

/** Whether a value has no NaN, infinity, null or undefined in it. */
function isSound(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "object") return Object.values(value).every(isSound);
  return typeof value !== "number" || Number.isFinite(value);
}

/** Turns typed arrays into arrays and −0 into 0, so that numbers compare as numbers. */
function plainValue(value: unknown): unknown {
  if (value === 0) return 0;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plainValue);
  return Array.isArray(value) ? value.map(plainValue) : value;
}

function flatten(value: unknown): number[] {
  const list = plainValue(value);
  return Array.isArray(list) ? list.flatMap(flatten) : [list as number];
}

function shapeOf(value: unknown): string {
  const list = plainValue(value);
  return Array.isArray(list) ? `[${list.map(shapeOf).join()}]` : "·";
}

function format(value: unknown): string {
  if (typeof value === "number") return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
  const text = value === undefined ? "undefined" : (JSON.stringify(plainValue(value)) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
