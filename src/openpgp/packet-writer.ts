/** One packet with a header of the new format and a definite length (RFC 9580 §4.2.1). */
export function packet(tag: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0xc0 | tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 192) return Buffer.from([length]);
  if (length < 8384) return Buffer.from([192 + ((length - 192) >> 8), (length - 192) & 0xff]);
  const five = Buffer.alloc(5, 0xff);
  five.writeUInt32BE(length, 1);
  return five;
}
