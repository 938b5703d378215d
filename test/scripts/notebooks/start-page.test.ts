// The page with which JupyterLab opens names every notebook, and its times are those of headless runs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findNotebooks } from "../../../scripts/notebooks/find.mts";
import { entriesOf, pageWith, readTimes, timesWith } from "../../../scripts/notebooks/start-page.mts";
import { ROOT } from "../../../scripts/setup/paths.mjs";

const FOLDER = join(ROOT, "notebooks");

test("notebooks/README.md names every notebook by its title, with the times of the reports", () => {
  const page = readFileSync(join(FOLDER, "README.md"), "utf8");
  const paths = findNotebooks([], FOLDER);
  expect(paths.length).toBeGreaterThan(10);
  // "node scripts/run.mjs notebooks/start-page" mends the page.
  expect(page).toBe(pageWith(page, entriesOf(paths), readTimes()));
});

const PAGE = `# Start

| notebook | about | quick | full |
| --- | --- | --- | --- |
| [Old title](02-b.ipynb) | What we say of b. | 1 s | 2 s |
| [Gone](09-gone.ipynb) | Nothing. | 1 s | 2 s |

The end.
`;

test("pageWith(page, entries, times) keeps what the page says, and adds, removes and dates rows", () => {
  const entries = [
    { name: "01-a", title: "01 A", about: "A network reads." },
    { name: "02-b", title: "02 B", about: "unused" },
  ];
  const times = { "01-a": { quick: 12.4 }, "02-b": { quick: 89.4, full: 1_692 } };
  const rows =
    "| [01 A](01-a.ipynb) | A network reads. | 12 s | not measured |\n| [02 B](02-b.ipynb) | What we say of b. | 89 s | 28 min |\n";
  const [head = ""] = PAGE.split("| [Old");
  expect(pageWith(PAGE, entries, times)).toBe(`${head}${rows}\nThe end.\n`);
  expect(() => pageWith("# Empty\n", entries, times)).toThrow("the start page has no row of a notebook");
});

test("timesWith(times, run) takes the times of notebooks that passed, of the run's profile", () => {
  const results = [
    { name: "02-b", status: "passed", seconds: 5 },
    { name: "01-a", status: "failed", seconds: 1 },
    { name: "03-c", status: "not proven", seconds: 1 },
  ];
  const before = { "02-b": { quick: 3, full: 4 }, "04-d": { full: 9 } };
  expect(timesWith(before, { profile: "full", results })).toEqual({
    "02-b": { quick: 3, full: 5 },
    "04-d": { full: 9 },
  });
});
