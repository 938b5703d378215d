import type { Asked } from "../arguments.mts";
import { isPython, type Peer } from "../peers.mts";
import { environmentOf, isInstalled } from "./ways.mts";

/**
 * The peers that can run: ours, and those that are installed in the folder. A line names the others.
 *
 * @throws Error where --only-peers names one that is not installed
 */
export function installedOf(
  { peers, named, folder }: Pick<Asked, "peers" | "named" | "folder">,
  { say }: { readonly say: (line: string) => void },
): Peer[] {
  const absent = peers.filter(isPython).filter((peer) => folder === undefined || !isInstalled(folder, peer));
  if (absent.length > 0) {
    const environments = [...new Set(absent.map(environmentOf))];
    const line = `not installed in ${folder}: ${absent.join(", ")} (npm run peers -- ${environments.join(" ")} installs them in .peers)`;
    if (named) throw new Error(`--only-peers: ${line}`);
    say(line);
  }
  return peers.filter((peer) => !absent.some((each) => each === peer));
}
