/** The notebooks without a browser: see HELP. */
import { parseArgs } from "node:util";
import { setup } from "#setup/index.mjs";
import { messageOf } from "#setup/problem.mjs";
import { headlessRun, TIMED } from "./notebooks/headless.mts";
import { checkOutputs } from "./notebooks/outputs/outputs.mts";

const HELP = `npm run notebooks [names…] [-- flags]: runs the notebooks headless and says whether their claims hold.

  npm run notebooks                        all, as every commit is tried: a few minutes
  npm run notebooks -- 01 06 --full        these two, as long as the book trains

  --full            as long as the book trains. Default: quick
  --write           puts what the cells showed back into the notebooks that passed
  --check-outputs   runs nothing; refuses notebooks whose committed outputs are missing or older than their cells
  --timed WHICH     of the notebooks that measure time and so run alone: with, without or only. Default: with
  --jobs N          notebooks at a time. Default: as many as the machine has cores
  --report FOLDER   where notebooks.json, junit.xml and index.html go. Default: report/ of the project
  --no-setup        the caller has just run setup
  --help            this text

Ends with 0 when nothing is red (a notebook that is "not proven" is no failure), 1 when something is, 2 for a wrong
argument, 130 when interrupted.`;

const OPTIONS = {
  full: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  "check-outputs": { type: "boolean", default: false },
  timed: { type: "string", default: "with" },
  jobs: { type: "string" },
  report: { type: "string", default: "report" },
  "no-setup": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const jobs = values.jobs === undefined ? undefined : Number(values.jobs);
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs > 0)) {
    throw new Error(`--jobs: expected a whole number above 0, got "${values.jobs}"`);
  }
  const timed = TIMED.find((which) => which === values.timed);
  if (!timed) throw new Error(`--timed: expected with, without or only, got "${values.timed}"`);
  if (values["check-outputs"]) return checkOutputs(positionals);
  if (!values["no-setup"] && (await setup()).length > 0) return 1;
  const { full, write, report } = values;
  return headlessRun(positionals, { profile: full ? "full" : "quick", write, report, jobs, timed });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`notebooks: ${messageOf(error)}`);
    process.exitCode = 2;
  },
);
