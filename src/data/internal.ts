/**
 * What seq2seq uses of this room and users may not: the package does not export this module, and it may change with any
 * version. (What users may use: `index.ts`.)
 */

export { contentName } from "./files/superseded";
export { WORD } from "./text/words/pattern";
