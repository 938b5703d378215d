import type { Figure } from "./figure";

/** A figure in one line, for terminals: its title and each curve's last value. */
export function describe(figure: Figure): string {
  const title = figure.layout.title?.text ?? "Figure";
  const ends = figure.data.flatMap(({ name, y, mode }) => {
    const isCurve = Array.isArray(y) && !String(mode).includes("text"); // texts are placed, not measured
    const last = isCurve ? y.at(-1) : undefined;
    return name === undefined || last === undefined ? [] : [`${name} ${last === null ? "not a number" : last}`];
  });
  const count = figure.data.map(({ y }) => (Array.isArray(y) ? y.length : 0));
  return ends.length === 0
    ? `[figure] ${title}`
    : `[figure] ${title}: ${ends.join(", ")} (at point ${Math.max(...count)})`;
}
