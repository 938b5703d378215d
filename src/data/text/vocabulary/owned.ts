/**
 * A string that keeps no other string in memory. A part of a long string holds the whole of it, so a word in a
 * vocabulary would hold the piece of text that the word came from.
 */
export const owned = (text: string): string => Buffer.from(text, "utf16le").toString("utf16le");
