/** What `stoppable` asks of a cell's JavaScript. */

/** @typedef {import("typescript-5.0").Node} Node */

/**
 * Questions about a file's nodes.
 *
 * @param {typeof import("typescript-5.0")} ts
 * @param {import("typescript-5.0").SourceFile} file
 */
function reader(ts, file) {
  /** @type {(node: Node) => boolean} whether the node awaits anything, functions inside it apart */
  const hasAwait = (node) => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
    if (ts.isFunctionLike(node)) return false;
    return ts.forEachChild(node, hasAwait) ?? false;
  };
  /** @type {(node: Node) => boolean} whether its statement does nothing with the value but to keep it, or to return it */
  const keepsAwaited = (node) => {
    const { parent } = node;
    if (ts.isExpressionStatement(parent) || ts.isReturnStatement(parent)) return true;
    if (ts.isVariableDeclaration(parent)) {
      const list = parent.parent;
      return (
        ts.isVariableStatement(list.parent) && ts.isVariableDeclarationList(list) && parent === list.declarations.at(-1)
      );
    }
    const assigns = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    if (assigns) return parent.right === node && keepsAwaited(parent);
    return ts.isParenthesizedExpression(parent) && keepsAwaited(parent);
  };
  /** @type {(parent: Node, node: Node) => number} where a statement ends, with the lines `exports.name = name;` that belong to it */
  const endWithExports = (parent, node) => {
    if (!ts.isSourceFile(parent)) return node.end;
    let last = node;
    for (const next of parent.statements.filter(({ pos }) => pos >= node.end)) {
      if (!/^exports\.[\w$]+ = [\w$]+;$/.test(next.getText(file))) break;
      last = next;
    }
    return last.end;
  };
  /** @type {(node: Node) => { body: import("typescript-5.0").ConciseBody } | undefined} */
  const scopeOf = (node) => {
    if (!ts.isFunctionLike(node) || !ts.canHaveModifiers(node)) return undefined;
    const isAsync = ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
    const body = /** @type {import("typescript-5.0").FunctionLikeDeclaration} */ (node).body;
    return isAsync && body ? { body } : undefined;
  };
  return { hasAwait, keepsAwaited, endWithExports, scopeOf };
}

module.exports = { reader };
