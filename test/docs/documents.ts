// What users read beside the docstrings: README.md, the pages of docs/, and the program that a page's examples make.
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

const IMPORT = /^import (type )?(?:\* as (\w+)|\{([^}]*)\}) from "([^"]+)";\n/gm;

/** One program of several blocks: what more than one block imports is imported once. */
export function programOf(blocks: readonly string[]): string {
  const code = blocks.join("\n");
  const names = new Map<string, Set<string>>();
  const spaces = new Map<string, { readonly name: string; readonly isType: boolean }>();
  for (const [, type, space, list, from = ""] of code.matchAll(IMPORT)) {
    if (space !== undefined) {
      const isType = type !== undefined && (spaces.get(from)?.isType ?? true);
      spaces.set(from, { name: space, isType });
    }
    const known = names.get(from) ?? new Set();
    for (const name of list?.split(",") ?? []) known.add(name.trim());
    names.set(from, known);
  }
  const imports = [...names].map(([from, list]) =>
    list.size > 0 ? `import { ${[...list].join(", ")} } from "${from}";` : "",
  );
  const whole = [...spaces].map(
    ([from, { name, isType }]) => `import ${isType ? "type " : ""}* as ${name} from "${from}";`,
  );
  return `${[...imports, ...whole].join("\n")}\n${code.replaceAll(IMPORT, "")}`;
}
