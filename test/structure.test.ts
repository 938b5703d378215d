// The shape of the house: folders that a reader can take in, imports that run one way.
import { readdirSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { expect, test } from "vitest";
import { files, imports, ROOT } from "./imports";

/** What each node reaches in one step. */
type Graph = ReadonlyMap<string, ReadonlySet<string>>;

function graphOf(edges: readonly (readonly [from: string, to: string])[]): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of edges) if (from !== to) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  return graph;
}

/** A way from a node back to itself, for every group of nodes that reach each other; empty where imports run one way. */
function circles(graph: Graph): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    const at = path.indexOf(node);
    if (at >= 0) found.push([...path.slice(at), node].join(" → "));
    if (at >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}

const known = new Set(files);
const fileOf = (from: string): string | undefined => [`${from}.ts`, `${from}/index.ts`].find((path) => known.has(path));

/** Imports inside src, types too, from file to file. */
const edges = imports.flatMap(({ file, from }) => {
  const target = fileOf(from);
  return target === undefined ? [] : [[file, target] as const];
});

test("no file imports itself by way of others, not even a type", () => {
  expect(edges.length).toBeGreaterThan(700);
  expect(circles(graphOf(edges))).toEqual([]);
});

test("inside a room no folder imports itself by way of others; a file beside the folders counts as one", () => {
  const place = (file: string) => file.split("/").slice(0, 2).join("/");
  const room = (file: string) => file.split("/")[0];
  const inside = edges.filter(([from, to]) => room(from) === room(to));
  expect(circles(graphOf(inside.map(([from, to]) => [place(from), place(to)])))).toEqual([]);
});

/** The stages of src/compile, from the top: each imports only what stands after it. */
const STAGES = [
  ["index", "extend", "internal"],
  ["compile", "stream"],
  ["export"],
  ["train"],
  ["plan"],
  ["runtime"],
  ["profile"],
  ["shard"],
  ["emit"],
  ["scan", "while"],
  ["lower"],
  ["capture"],
  ["passes"],
  ["ir"],
  ["engine"],
  ["variables", "shared"],
  ["check-given", "rows", "errors"],
];

test("in src/compile imports run down the stages, never back up", () => {
  const stage = (file: string) => (file.split("/")[1] as string).replace(/\.ts$/, "");
  const rank = (file: string) => STAGES.findIndex((names) => names.includes(stage(file)));
  const inside = edges.filter(([from, to]) => from.startsWith("compile/") && to.startsWith("compile/"));
  expect(inside.filter(([file]) => rank(file) < 0)).toEqual([]);
  expect(inside.filter(([from, to]) => rank(from) > rank(to)).map((edge) => edge.join(" → "))).toEqual([]);
});

test("no folder of src, scripts or test has more than 15 source files", () => {
  const foldersIn = (folder: string): string[] => [
    folder,
    ...readdirSync(join(ROOT, folder))
      .map((name) => posix.join(folder, name))
      .filter((path) => statSync(join(ROOT, path)).isDirectory())
      .flatMap(foldersIn),
  ];
  const sources = (folder: string) =>
    readdirSync(join(ROOT, folder)).filter((name) => /\.(ts|mts|mjs|cjs|py|cc)$/.test(name)).length;
  const full = ["src", "scripts", "test"].flatMap(foldersIn).filter((folder) => sources(folder) > 15);
  expect(full).toEqual([]);
});

test("the walk finds a circle, and names its way", () => {
  const graph = graphOf([
    ["a", "b"],
    ["b", "c"],
    ["c", "a"],
    ["c", "d"],
  ]);
  expect(circles(graph)).toEqual(["a → b → c → a"]);
});
