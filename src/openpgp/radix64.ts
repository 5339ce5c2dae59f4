import { DataError } from '../errors.js';

/**
 * Decodes the base64 of an armor body, its lines already joined (RFC 9580 §6). Only the canonical form is accepted:
 * no foreign characters, exact padding, zero bits in what padding leaves over. Throws {@link DataError} otherwise.
 */
export function decodeRadix64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  // Node skips what it does not understand; encoding again shows whether anything was skipped.
  if (bytes.toString('base64') !== text) throw new DataError('the armor holds something that is not base64');
  return bytes;
}

/** Checks the `=XXXX` line of an armor against its bytes (CRC-24, RFC 9580 §6.1). */
export function hasChecksum(bytes: Buffer, line: string): boolean {
  const checksum = Buffer.alloc(3);
  checksum.writeUIntBE(crc24(bytes), 0, 3);
  return line === `=${checksum.toString('base64')}`;
}

const CRC24_INIT = 0xb704ce;
const CRC24_GENERATOR = 0x864cfb;

const CRC24_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 16;
  for (let bit = 0; bit < 8; bit++) {
    value = (value & 0x800000) === 0 ? value << 1 : ((value << 1) ^ CRC24_GENERATOR) & 0xffffff;
  }
  return value;
});

function crc24(bytes: Buffer): number {
  let crc = CRC24_INIT;
  for (const byte of bytes) crc = ((crc << 8) & 0xffffff) ^ (CRC24_TABLE[(crc >> 16) ^ byte] ?? 0);
  return crc;
}
