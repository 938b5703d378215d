/** Texts as Python sees them: its white space, code points instead of UTF-16 units, its rounding of decimals. */

/** The characters for which Python's `str.isspace` holds. JavaScript's `\s` has U+FEFF too, and lacks U+001C–U+001F and U+0085. */
const SPACES = "\\u0009-\\u000d\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const BETWEEN = new RegExp(`[${SPACES}]+`, "u");
const AT_END = new RegExp(`[${SPACES}]+$`, "u");

/** Python's `text.split()`: the words between white space. */
export const splitWords = (text: string): string[] => text.split(BETWEEN).filter((word) => word !== "");

/** Python's `text.rstrip()`. */
export const trimEnd = (text: string): string => text.replace(AT_END, "");

/** The code points of a text, which are Python's characters: "é" of two code points is two, an emoji of one is one. */
export const codePoints = (text: string): string[] => Array.from(text);

/**
 * Python's `f"{value:.{digits}f}"`. `toFixed` rounds a tie up (6.25 gives 6.3), Python rounds it to the even digit (6.2).
 */
export function fixed(value: number, digits: number): string {
  const doubled = value * 2 ** (digits + 1); // exact: only a value with this many binary places can be a tie
  const isTie = Number.isInteger(doubled) && doubled % 2 !== 0;
  const below = Math.floor(value * 10 ** digits);
  return isTie && below % 2 === 0 ? (below / 10 ** digits).toFixed(digits) : value.toFixed(digits);
}
