/** Before the tests of a run: builds the native addon where its sources have changed, so that no test runs an older one. */
import { buildAddonAlone } from "../../scripts/setup/engine/addon.mjs";
import { context } from "../../scripts/setup/paths.mjs";

export const setup = () => buildAddonAlone(context({ say: (line) => console.warn(line) }));
