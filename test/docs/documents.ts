// What users read beside the docstrings: README.md, the pages of docs/, and the programs that a page's examples make.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../imports";

const FOLDER = join(ROOT, "docs");

/** The paths of README and of all pages, "docs/text.md". */
export const DOCUMENTS = [
  "README.md",
  ...readdirSync(FOLDER)
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `docs/${name}`),
];

/** A document's text. @param path "README.md", "docs/text.md" */
export const documentText = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** README and all pages, one under the other. */
export const allDocuments = (): string => DOCUMENTS.map(documentText).join("\n");

/** The TypeScript blocks of a document. */
export function blocksOf(path: string): string[] {
  return [...documentText(path).matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code as string);
}

/** The names that a block imports. */
function importsOf(block: string): string[] {
  const lists = [...block.matchAll(/^import (?:type )?(?:\* as (\w+)|\{([^}]*)\}) from "[^"]+";$/gm)];
  return lists.flatMap(([, space, list]) => (space ?? list ?? "").split(",").map((name) => name.trim()));
}

/**
 * The programs of a document, each as its blocks. A block that imports a name anew begins a program of its own; any other
 * continues the block above. Nothing is put together or moved: a reader who copies the blocks of a program has all of it.
 */
export function programsOf(path: string): string[][] {
  const programs: string[][] = [];
  let known = new Set<string>();
  for (const block of blocksOf(path)) {
    const names = importsOf(block);
    const program = programs.at(-1);
    if (program === undefined || names.some((name) => known.has(name))) {
      programs.push([block]);
      known = new Set(names);
    } else {
      program.push(block);
      for (const name of names) known.add(name);
    }
  }
  return programs;
}
