/** A copy that does not keep alive the long string that `text` was cut from, as a slice of a string does in V8. */
export const copyOf = (text: string): string => Buffer.from(text, "utf8").toString("utf8");
