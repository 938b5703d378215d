/** What was seen of a notebook in the browser → whether that is as it must be, and if not, why. */

const SHOWN = 300; // characters of a text in a reason

/**
 * @param facts from `watchNotebook`
 * @param notebook `{ declaredClaims, liveStates }`
 * @returns `{ status: "passed" | "failed" | "not proven", reasons: string[] }`
 */
export function verdict(facts, { declaredClaims, liveStates }) {
  const { cells, figures, foreign, errors, dialog, changes } = facts;
  const claims = cells.flatMap(({ outputs }) => outputs.flatMap((output) => output.claims ?? []));
  const reasons = [
    ...cells.flatMap(cellProblems),
    ...figures.flatMap(figureProblems),
    ...claimProblems(claims, declaredClaims, facts.lastShown),
    ...(changes < liveStates ? [`its progress did not move: ${changes} states of one output were seen`] : []),
    ...foreign.map((url) => `the page asked another host: ${url}`),
    ...errors.map((error) => `an error in the page: ${cut(error)}`),
    ...(dialog ? [`a dialog was left open: ${cut(dialog)}`] : []),
  ];
  const unproven = claims.some((claim) => claim.verdict === "not proven");
  return { status: reasons.length > 0 ? "failed" : unproven ? "not proven" : "passed", reasons };
}

/** Cells are counted as the headless run counts them: from 0, prose included. */
function cellProblems({ index, count, outputs }) {
  const where = `cell ${index}`;
  const stderr = outputs.filter(({ type, name }) => type === "error" || name === "stderr");
  return [
    ...(Number.isInteger(count) ? [] : [`${where} did not run`]),
    ...stderr.map(({ text }) => `${where} wrote to stderr: ${cut(text)}`),
  ];
}

function figureProblems({ cell, sent, drawn }) {
  const where = `cell ${cell}`;
  if (drawn.length < sent) return [`${where}: ${drawn.length} of ${sent} figures are drawn`];
  const empty = drawn.filter(({ marks }) => marks === 0);
  return empty.map(({ title }) => `${where}: the figure "${title}" is empty`);
}

/** Claims stand in the notebook's last cell, where a reader looks for them, a line each. */
function claimProblems(claims, declared, shown = "") {
  const named = claims.map(({ name }) => name);
  const few = named.length < declared ? [`${named.length} of the ${declared} claims were made`] : [];
  const failed = claims
    .filter(({ verdict }) => verdict === "fails")
    .map(({ name, text }) => `${name} is ${text}: false`);
  const unseen = named.filter((name) => !shown.includes(`${name} is `));
  return [...few, ...failed, ...unseen.map((name) => `the claim ${name} is not printed below the last cell`)];
}

const cut = (text) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text.trim());
