/** The version of sacreBLEU whose numbers `bleu` and `chrF` give. */
const VERSION = "2.6.0";

/**
 * A signature as sacreBLEU prints it, "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0": all that a reader needs
 * to compute the same score again.
 */
export function signatureOf(
  lines: readonly { readonly references: readonly string[] }[],
  parts: Readonly<Record<string, string | number | boolean>>,
): string {
  const counts = new Set(lines.map(({ references }) => references.length));
  const nrefs = counts.size === 1 ? [...counts].join() : "var";
  const all = Object.entries({ nrefs, ...parts, version: VERSION });
  return all.map(([name, value]) => `${name}:${typeof value === "boolean" ? yesOrNo(value) : value}`).join("|");
}

const yesOrNo = (value: boolean): string => (value ? "yes" : "no");
