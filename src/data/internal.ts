/**
 * What seq2seq and train use of this room and users may not: the package does not export this module, and it may change with any
 * version. (What users may use: `index.ts`.)
 */

export { makeFoldersSync } from "./files/make-folders";
export { contentName } from "./files/superseded";
export { writeError } from "./files/write-error";
export { decodeIds, type EncodedText, encodeText } from "./text/page/encode-text";
export { type PageTokenizer, pageTokenizer } from "./text/page/page-tokenizer";
export { WORD } from "./text/words/pattern";
