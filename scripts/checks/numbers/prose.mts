/** The numbers in a notebook's prose, and those of its code. */
import ts from "typescript-5.0";
import { joined, type NotebookDocument } from "#setup/jupyter/notebook-file.mjs";

/** A number in a Markdown cell. */
export interface NumberInProse {
  /** Counted from 0, code included. */
  readonly cell: number;
  readonly value: number;
  /** As it is written: "60,000". */
  readonly written: string;
  readonly isPercent: boolean;
  /** Whether its unit is one of measurements: 4 %, 3 times, 20 seconds, 2 bits. */
  readonly isMeasure: boolean;
  /** Where it stands in `text`. */
  readonly index: number;
  /** The cell's prose without code, formulas and links' targets, on one line. */
  readonly text: string;
}

/** Code, formulas and links' targets have numbers of their own kinds; the marks of a list count its items. */
const NOT_PROSE = [
  /```.*?```/gs,
  /\$\$.*?\$\$/gs,
  /\$[^$\n]*\$/g,
  /`[^`\n]*`/g,
  /(?<=\])\([^)]*\)/g, // a link's target
  /\[\d[\w-]*\]/g, // the name of a notebook
  /^ *\d+\. /gm,
  /^\*\*\d+\.\*\*/gm,
  /<summary>.*?<\/summary>/gs,
];

/** A number; letters beside it make a name of it: text8, SimLex-999, TensorFlow 1.x. */
const NUMBER = /(?<![\p{L}\d_.]|\p{L}-)\d[\d,]*(?:\.\d+)?(?![\p{L}\d_]|\.x|\/\p{L})/gu;

const MEASURE = /^ ?(?:%|(?:times|seconds?|minutes?|ms|bits?|points?|MB|KB|GB|percentage)\b)/;

export function proseOf(source: string): string {
  return NOT_PROSE.reduce((text, pattern) => text.replaceAll(pattern, "…"), source).replaceAll(/\s+/g, " ");
}

export function numbersInProse({ cells }: Pick<NotebookDocument, "cells">): NumberInProse[] {
  return cells.flatMap(({ cell_type, source }, cell) => {
    if (cell_type !== "markdown") return [];
    const text = proseOf(joined(source));
    return [...text.matchAll(NUMBER)].map(({ 0: found, index }) => {
      const written = found.replace(/,$/, "");
      const unit = text.slice(index + written.length);
      const [isPercent, isMeasure] = [/^ ?(?:%|percentage points)/.test(unit), MEASURE.test(unit)];
      return { cell, value: Number(written.replaceAll(",", "")), written, isPercent, isMeasure, index, text };
    });
  });
}

/** The numbers of the code cells: hyperparameters, sizes, bounds of claims. */
export interface NumbersInCode {
  readonly all: ReadonlySet<number>;
  /** Those of the cells that call `check`, and of the constants that these calls name. */
  readonly claims: ReadonlySet<number>;
}

export function numbersInCode({ cells }: Pick<NotebookDocument, "cells">): NumbersInCode {
  const code = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => joined(source));
  const nodes = code.map((text) => nodesOf(ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest)));
  const checks = nodes.flat().filter((node) => ts.isCallExpression(node) && isNamed(node.expression, "check"));
  const named = new Set(checks.flatMap(nodesOf).flatMap((node) => (ts.isIdentifier(node) ? [node.text] : [])));
  const isConstant = (node: ts.Node) =>
    ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && named.has(node.name.text);
  const ofClaims = nodes.filter((cell) => cell.some((node) => checks.includes(node)));
  const constants = nodes.flat().filter(isConstant).flatMap(nodesOf);
  return { all: new Set(numbersOf(nodes.flat())), claims: new Set(numbersOf([...ofClaims.flat(), ...constants])) };
}

/** A node and all nodes below it. */
function nodesOf(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [node];
  ts.forEachChild(node, (child) => {
    found.push(...nodesOf(child));
  });
  return found;
}

const isNamed = (node: ts.Node, name: string): boolean => ts.isIdentifier(node) && node.text === name;
const numbersOf = (nodes: readonly ts.Node[]): number[] =>
  nodes.filter(ts.isNumericLiteral).map(({ text }) => Number(text));
