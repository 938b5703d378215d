/** Setup's first check. Old Node reads this file too, so the file uses no syntax or module that Node 14 lacks. */
export const OLDEST_NODE = 20;

/**
 * @param {string} version as `process.version` gives it
 * @returns {string | null} one line that says what is missing and what to do, or null when this Node is new enough
 */
export function nodeProblem(version) {
  const major = Number(String(version).replace(/^v/, "").split(".")[0]);
  if (major >= OLDEST_NODE) return null;
  return (
    "Node " +
    OLDEST_NODE +
    " or newer is needed, this is " +
    version +
    ": install a current Node (nodejs.org, nvm or your system's packages)"
  );
}
