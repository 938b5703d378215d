/** At the end of a run: how many tests and assertions it made, and which files took longest, and of what. */
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import type { Cost } from "./cost";

const SHOWN = 12;
const NONE: Cost = { wall: 0, own: 0, children: 0, assertions: 0 };

export default class CostReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const costs = modules.map((module) => ({ module, cost: module.meta().cost ?? NONE }));
    const sum = (key: keyof Cost) => costs.reduce((total, { cost }) => total + cost[key], 0);
    const tests = modules.reduce((total, module) => total + [...module.children.allTests()].length, 0);
    console.log(`\n${modules.length} files, ${tests} tests, ${sum("assertions")} assertions`);
    if (modules.length < 2) return;
    console.log(`processor time: ${sum("own").toFixed(0)} s here, ${sum("children").toFixed(0)} s in child processes`);
    console.log("  wall s  own s  children s  tests  assertions  the files that took longest");
    for (const { module, cost } of costs.sort((a, b) => b.cost.wall - a.cost.wall).slice(0, SHOWN)) {
      const count = [...module.children.allTests()].length;
      const numbers = [
        cost.wall.toFixed(1).padStart(8),
        cost.own.toFixed(1).padStart(7),
        cost.children.toFixed(1).padStart(12),
        String(count).padStart(7),
        String(cost.assertions).padStart(12),
      ];
      console.log(`${numbers.join("")}  ${relative(process.cwd(), module.moduleId)}`);
    }
  }
}
