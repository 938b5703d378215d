/** Checksums of 32 bits (RFC 3720, B.4, and ISO 3309). Node's zlib has the second one, from version 20.15 on. */

/** @param polynomial its bits, the lowest power first */
function crcBy(polynomial: number): (bytes: Uint8Array, before?: number) => number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    return remainder;
  });
  return (bytes, before = 0) => {
    let crc = ~before;
    for (let i = 0; i < bytes.length; i++) {
      crc = (table[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
    }
    return ~crc >>> 0;
  };
}

/** CRC-32C, the checksum of TensorFlow's files. @param before the checksum of all bytes before them. Default: there are none */
export const crc32c = crcBy(0x82f63b78);

/** CRC-32, the checksum of ZIP archives. */
export const crc32 = crcBy(0xedb88320);

/** A CRC-32C as TensorFlow's files store it: a checksum of bytes that hold checksums themselves would be weak. */
export const maskedCrc32c = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
