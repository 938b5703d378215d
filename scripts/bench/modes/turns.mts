/** Turns in which all processes are alive at once, for modes that compare peers block by block. */

interface Process {
  /** The library and its version. */
  readonly version: string;
  close(): Promise<void>;
}

/** What is measured: each thing by itself, until it fails. */
export interface Cell<Name, Turn> {
  readonly name: Name;
  readonly turns: Turn[];
  readonly failures: string[];
}

export interface Turns<Name, Peer, Opened extends Process, Turn> {
  readonly names: readonly Name[];
  readonly peers: readonly Peer[];
  readonly rounds: number;
  readonly open: (peer: Peer) => Promise<Opened>;
  /** Measures one thing with all processes. @returns what was found, and how it is told */
  readonly measure: (
    name: Name,
    opened: readonly { readonly name: Peer; readonly process: Opened }[],
  ) => Promise<readonly [Turn, string]>;
  readonly say: (line: string) => void;
}

/** `rounds` turns, each with new processes, because where a process's memory lies changes its speed by some percent. */
export async function takeTurns<Name extends string, Peer, Opened extends Process, Turn>({
  names,
  peers,
  rounds,
  open,
  measure,
  say,
}: Turns<Name, Peer, Opened, Turn>): Promise<Cell<Name, Turn>[]> {
  const cells = names.map((name): Cell<Name, Turn> => ({ name, turns: [], failures: [] }));
  for (let round = 1; round <= rounds; round++) {
    const opened: { readonly name: Peer; readonly process: Opened }[] = [];
    try {
      for (const name of peers) opened.push({ name, process: await open(name) });
      if (round === 1) say(opened.map(({ process }) => process.version).join(", "));
      for (const { name, turns, failures } of cells.filter(({ failures }) => failures.length === 0)) {
        try {
          const [turn, told] = await measure(name, opened);
          turns.push(turn);
          say(`${name}: ${told} (turn ${round} of ${rounds})`);
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error));
          say(`${name} failed: ${failures[0]}`);
        }
      }
    } finally {
      for (const { process } of opened) await process.close();
    }
  }
  return cells;
}
