/** A cell's JavaScript, so that an interrupt ends it at its next await: see `stoppable`. */

const { reader } = require("./stoppable-nodes.cjs");

/** @typedef {import("typescript-5.0").Node} Node */

/** @typedef {{ at: number, text: string }} Insertion */

/** What inserted code calls its cell. */
const CELL = "$unrollCell";

/**
 * The cell in which a function was called. A function whose text runs in another process (`inFreshProcess`) has no kernel around it.
 */
const DECLARED = `const ${CELL} = globalThis.__tslab__?.cell?.() ?? { check() {}, pass: (value) => value };`;

/**
 * An interrupt makes what a cell awaits end early: `fit` gives the history so far. JavaScript would then go on to the next
 * statement, as if the training had come to its end. So this function adds checks to the cell's async code. After an
 * interrupt each of them throws (interrupts.cjs). With `$cell` for the name in full:
 *
 *   const history = await fit(…); plot(history);    →  const history = await fit(…); $cell.check(); plot(history);
 *   const both = [await fit(…), await fit(…)];      →  const both = [$cell.pass(await fit(…)), $cell.pass(await fit(…))];
 *
 * A statement that only keeps what it awaits does so before the check, because the history so far is worth having. A
 * `finally` block has no checks, because it puts things in order. Nothing adds a line, so that lines in stack traces stay.
 *
 * @param {typeof import("typescript-5.0")} ts the kernel's own TypeScript
 * @param {string} source JavaScript as tslab emits it
 * @returns {{ output: string, hasToplevelAwait: boolean }} `hasToplevelAwait`: whether the cell itself awaits; tslab overlooks `for await`
 */
function stoppable(ts, source) {
  const asModule = `${source}\nexport {};`; // in a module `await (…)` awaits; in a script it calls a function `await`
  const file = ts.createSourceFile("cell.js", asModule, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  /** @type {Insertion[]} */
  const opening = [];
  /** @type {Insertion[]} */
  const closing = [];
  const { hasAwait, keepsAwaited, endWithExports, scopeOf } = reader(ts, file);

  /** Text before a node and after it; the insertions of what is inside stand between. */
  const around = (
    /** @type {number} */ start,
    /** @type {string} */ before,
    /** @type {() => void} */ inside,
    /** @type {() => [end: number, after: string]} */ after,
  ) => {
    if (before) opening.push({ at: start, text: before });
    inside();
    const [at, text] = after();
    if (text) closing.push({ at, text });
  };

  /** @type {(node: Node, checked: boolean) => void} `checked`: whether checks are wanted here */
  const visit = (node, checked) => {
    const scope = scopeOf(node);
    if (scope) return visitScope(node, scope.body);
    if (ts.isFunctionLike(node)) return ts.forEachChild(node, (child) => visit(child, false));
    if (ts.isTryStatement(node)) {
      visit(node.tryBlock, checked);
      if (node.catchClause) visit(node.catchClause, checked);
      if (node.finallyBlock) visit(node.finallyBlock, false);
      return;
    }
    if (checked && ts.isAwaitExpression(node) && !keepsAwaited(node)) {
      const inside = () => ts.forEachChild(node, (child) => visit(child, checked));
      return around(node.getStart(file), `${CELL}.pass(`, inside, () => [node.end, ")"]);
    }
    ts.forEachChild(node, (child) => visitPart(node, child, checked));
  };

  /** @type {(parent: Node, node: Node, checked: boolean) => void} */
  const visitPart = (parent, node, checked) => {
    if (!checked || !ts.isStatement(node)) return visit(node, checked);
    const eachTime = ts.isForOfStatement(parent) && parent.awaitModifier && node === parent.statement;
    const inList = ts.isSourceFile(parent) || ts.isBlock(parent) || ts.isCaseOrDefaultClause(parent);
    const leaves = ts.isReturnStatement(node) || ts.isThrowStatement(node);
    const check = hasAwait(node) && !leaves && !ts.isBlock(node) ? ` ${CELL}.check();` : "";
    const inside = () => visit(node, checked);
    if (ts.isBlock(node)) {
      if (eachTime) opening.push({ at: node.getStart(file) + 1, text: ` ${CELL}.check();` });
      return inside();
    }
    if (inList) return around(0, "", inside, () => [endWithExports(parent, node), check]);
    if (!check && !eachTime) return inside();
    around(node.getStart(file), eachTime ? `{ ${CELL}.check(); ` : "{ ", inside, () => [node.end, `${check} }`]);
  };

  /** @type {(node: Node, body: import("typescript-5.0").ConciseBody) => void} an async function */
  const visitScope = (node, body) => {
    ts.forEachChild(node, (child) => (child === body ? undefined : visit(child, false)));
    if (!hasAwait(body)) return visit(body, true);
    const [first] = ts.isBlock(body) ? body.statements : [];
    if (first) {
      opening.push({ at: first.getStart(file), text: `${DECLARED} ` });
      return visit(body, true);
    }
    if (ts.isAwaitExpression(body)) return visit(body.expression, true); // nothing is left to do after this await
    around(
      body.getStart(file),
      `{ ${DECLARED} return (`,
      () => visit(body, true),
      () => [body.end, "); }"],
    );
  };

  const awaits = hasAwait(file);
  if (awaits) opening.push({ at: 0, text: `${DECLARED} ` });
  visit(file, awaits);
  return { output: inserted(source, [...closing, ...opening]), hasToplevelAwait: awaits };
}

/** @type {(source: string, insertions: Insertion[]) => string} of insertions at one place, the first in the list comes first */
function inserted(source, insertions) {
  let [text, end] = ["", 0];
  for (const { at, text: added } of insertions.sort((a, b) => a.at - b.at)) {
    text += source.slice(end, at) + added;
    end = at;
  }
  return text + source.slice(end);
}

module.exports = { stoppable };
