/** A token for an error message: `"é" (U+00E9)`; of a long one the first code points. */
export function describeToken(token: string): string {
  const points = Array.from(token.slice(0, 40), (each) => each.codePointAt(0) as number);
  const named = points.slice(0, 8).map((point) => `U+${point.toString(16).toUpperCase().padStart(4, "0")}`);
  const short = token.length > 40 ? `${token.slice(0, 40)}…` : token;
  return `${JSON.stringify(short)} (${named.join(" ")}${points.length > 8 ? " …" : ""})`;
}
