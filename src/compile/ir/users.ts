import type { Op, Trace, Value } from "./trace";

export const opOf = (value: Value | undefined) => (value !== undefined && "op" in value ? value.op : undefined);

/** The ops that use the outputs of an op, each as often as it uses one. */
export type Users = ReadonlyMap<Op, readonly Op[]>;

/** Stands for whoever uses the outputs of the trace. */
export const OUTSIDE: Op = { name: "", attributes: [], inputs: [], shapes: [], dtypes: [] };

export function usersOf({ ops, outputs }: Trace): Users {
  const users = new Map<Op, Op[]>();
  const note = (value: Value, user: Op) => {
    if (!("op" in value)) return;
    const known = users.get(value.op);
    if (known === undefined) users.set(value.op, [user]);
    else known.push(user);
  };
  for (const op of ops) for (const value of op.inputs) note(value, op);
  for (const value of outputs) note(value, OUTSIDE);
  return users;
}
