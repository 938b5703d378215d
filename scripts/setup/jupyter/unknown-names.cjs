/** TypeScript's codes: "Cannot find name", the same with "Did you mean", and "Cannot find namespace". */
const UNKNOWN = new Set([2304, 2503, 2552]);

const HINT =
  "A name is known once the cell that declares it has run. Run → Run All Above Selected Cell runs the cells before.";

/**
 * A cell that runs before the cells above it, in a new kernel, has an error for each of their names. The last of these
 * errors says what to do.
 *
 * @template {{ code: number, messageText: string, fileName?: string }} Found
 * @param {readonly Found[]} diagnostics
 * @returns {Found[]}
 */
function withHint(diagnostics) {
  const last = diagnostics.map(({ code, fileName }) => !fileName && UNKNOWN.has(code)).lastIndexOf(true);
  return diagnostics.map((found, i) =>
    i === last ? { ...found, messageText: `${found.messageText}\n${HINT}` } : found,
  );
}

module.exports = { withHint };
