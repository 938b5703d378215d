/** The files that take longest begin first, so that no process ends up alone with a long one. */
import { statSync } from "node:fs";
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What took longest when this was written, longest first. Everything else is shorter, and goes by its size. */
const LONGEST: readonly string[] = [
  "test/compile/scan/scan.test.ts",
  "test/rnn/kernels/unit-padding.test.ts",
  "test/rnn/every-cell.test.ts",
  "test/compile/shard/reduce-loop.test.ts",
  "test/compile/every-cell.test.ts",
  "test/compile/shard/shards.test.ts",
  "test/compile/export/export.test.ts",
];

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const weights = new Map(files.map((file) => [file, weightOf(file)]));
    return [...files].sort((a, b) => (weights.get(b) as number) - (weights.get(a) as number));
  }
}

function weightOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.indexOf(relative(process.cwd(), moduleId));
  return place >= 0 ? 1e9 - place : statSync(moduleId).size;
}
