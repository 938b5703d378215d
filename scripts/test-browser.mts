/**
 * npm run test:browser [-- flags]: opens the notebooks in JupyterLab in a real browser, runs each from the menu, and
 * looks: every cell run, every figure drawn, progress moving, claims printed and true, nothing on stderr, no request to
 * another host. Then interrupts a training with Kernel → Interrupt Kernel, and runs the next cell.
 */
import { parseArgs } from "node:util";
import { messageOf } from "#setup/problem.mjs";

const HELP = `npm run test:browser [-- flags]

  --only 01,03      these notebooks, by name or the beginning of one. Default: all
  --install         installs Debian's chromium with apt-get where there is no browser (as root)
  --report FOLDER   where screenshots and browser.json go. Default: report/browser
  --no-setup        the caller has just run setup
  --help            this text

It needs Chromium on the PATH; without it, a line says so and it is skipped. The notebooks run in the quick profile, in
copies: the real ones stay as they are. Ends with 0 when nothing is red, 1 when something is, 2 for a wrong argument,
130 when interrupted.`;

const OPTIONS = {
  only: { type: "string", default: "" },
  install: { type: "boolean", default: false },
  report: { type: "string", default: "report/browser" },
  "no-setup": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { chromiumOrNot, installChromium } = await import("./test-browser/chromium.mts");
  const found = chromiumOrNot();
  const why = found ? undefined : values.install ? installChromium() : "--install installs Debian's, as root";
  const executable = found ?? chromiumOrNot();
  const { skip } = await import("./test-browser/report.mts");
  if (!executable) return skip(`no Chromium is on the PATH; ${why}`, values.report);
  if (!values["no-setup"]) {
    const { setup } = await import("#setup/index.mjs");
    if ((await setup()).length > 0) return 1;
  }
  const { browserRun } = await import("./test-browser/run.mts"); // needs what setup installs
  const names = values.only.split(",").map((name) => name.trim());
  return browserRun(names.filter(Boolean), { executable, report: values.report });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`browser: ${messageOf(error)}`);
    process.exitCode = 2;
  },
);
