import type { Op, Trace, Value } from "./trace";

export const opOf = (origin: Value | undefined) => (origin !== undefined && "op" in origin ? origin.op : undefined);

/** Who uses what an operation makes; once for each use. */
export type Users = ReadonlyMap<Op, readonly Op[]>;

/** Stands for those outside the trace, as users of its outputs. */
export const OUTSIDE: Op = { name: "", attributes: [], inputs: [], shapes: [], dtypes: [] };

export function usersOf({ ops, outputs }: Trace): Users {
  const users = new Map<Op, Op[]>();
  const note = (origin: Value, user: Op) => {
    if (!("op" in origin)) return;
    const known = users.get(origin.op);
    if (known === undefined) users.set(origin.op, [user]);
    else known.push(user);
  };
  for (const op of ops) for (const origin of op.inputs) note(origin, op);
  for (const origin of outputs) note(origin, OUTSIDE);
  return users;
}
