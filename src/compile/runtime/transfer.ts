import type * as tf from "../../tf";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import { INT32 } from "../engine/dtypes";
import { typeAttr } from "../engine/protobuf";
import type { GraphSession } from "./session/graph-session";

/** The names of what sends values into a program's variables, and of what fetches them. */
interface Transfer {
  readonly sent: readonly string[];
  readonly fetched: readonly string[];
}

/**
 * Writes what sends values into a program's variables and what fetches them. A value that is sent in is copied
 * (DeepCopy): it may share the memory of a JavaScript array, which an optimizer's thread must not free.
 *
 * @returns the names of the placeholders to feed and of the values to fetch; the node `sent` runs all assignments
 */
export function writeTransfer(
  writer: GraphWriter,
  handles: readonly Ref[],
  variables: readonly tf.Variable[],
  dtypes: readonly number[],
): Transfer {
  const names = (of: string) => handles.map((_, i) => `${of}_${i}`);
  const transfer = { sent: names("send"), fetched: names("fetch") };
  const sent = handles.map((handle, i) => {
    const dtype = dtypes[i] as number;
    const value = writer.placeholder(transfer.sent[i] as string, dtype, variables[i]?.shape as number[]);
    return writer.assignVariable(handle, writer.node("DeepCopy", [value], { T: typeAttr(dtype) }), dtype);
  });
  writer.identity(writer.int(0), INT32, sent, "sent");
  handles.forEach((handle, i) => {
    const dtype = dtypes[i] as number;
    writer.identity(writer.readVariable(handle, dtype), dtype, [], transfer.fetched[i]);
  });
  return transfer;
}

/** The calls of a session that send and fetch. They are prepared when they are needed first. */
export function transferCalls(session: GraphSession, { sent, fetched }: Transfer) {
  const sending = once(() => session.prepare(sent, ["sent"]));
  const fetching = once(() => session.prepare([], fetched));
  return {
    /** Reads all variables. @returns the ids of native tensors */
    fetch: (): number[] => {
      if (fetched.length === 0) return [];
      const made = fetching().run([]);
      return made.give().map(({ id }) => id);
    },
    /** Assigns native tensors to all variables. */
    send: (ids: readonly number[]): void => {
      sending().run(ids).read(1);
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
