/** A file of a TAR archive: its header and its bytes, filled up to whole blocks. `size`: what the header says. */
export function tarEntry(path: string, content: string, kind = "0", size = content.length.toString(8)): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write("000644 ", 100);
  header.write(`${size} `, 124);
  header.write(" ".repeat(8), 148);
  header.write(kind, 156);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148);
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A TAR archive of these files. */
export function tarOf(files: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat([
    ...Object.entries(files).map(([path, content]) => tarEntry(path, content)),
    Buffer.alloc(1024),
  ]);
}
