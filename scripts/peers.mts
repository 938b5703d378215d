/** npm run peers -- gensim torch …: installs other libraries, beside which notebooks and the bench measure this one. */
import { context } from "#setup/paths.mjs";
import { Problem } from "#setup/problem.mjs";
import { installPeer, isPeer, PEERS } from "./peers/install.mts";

const names = process.argv.slice(2);
const unknown = names.find((name) => !isPeer(name));
if (names.length === 0 || unknown !== undefined) {
  console.error(`peers: expected names among ${Object.keys(PEERS).join(", ")}, got ${unknown ?? "none"}`);
  process.exitCode = 2;
} else {
  const ctx = context({ say: (line) => console.log(`peers: ${line}`) });
  try {
    for (const name of names.filter(isPeer)) {
      const isNew = await installPeer(ctx, name);
      ctx.say(`${name}: ${isNew ? "installed" : "it is there already"}`);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`peers: ${error.message}`);
    process.exitCode = 1;
  }
}
