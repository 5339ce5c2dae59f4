/** What the content of a file is, by its bytes alone. */

const LESS_THAN = 0x3c;
const QUESTION_MARK = 0x3f;
/** Sets the bit that tells lower from upper case in ASCII letters. */
const LOWER_CASE = 0x20;

/** Length of `<?php`. */
export const PHP_TAG_BYTES = 5;

/** After this many `<?` that begin no tag, calling the native search for each is slower than looking at every byte. */
const NATIVE_SEARCHES = 32;

/** Whether `<?php` stands anywhere in the bytes, in any case. Linear in their number whatever they are. */
export function containsPhp(bytes: Buffer): boolean {
  let at = -1;
  for (let searches = 0; searches < NATIVE_SEARCHES; searches += 1) {
    at = bytes.indexOf('<?', at + 1, 'latin1');
    if (at < 0) return false;
    if (isPhpTag(bytes, at)) return true;
  }
  const last = bytes.length - PHP_TAG_BYTES;
  for (; at <= last; at += 1) {
    if (bytes[at] === LESS_THAN && isPhpTag(bytes, at)) return true;
  }
  return false;
}

function isPhpTag(bytes: Buffer, at: number): boolean {
  return (
    bytes[at + 1] === QUESTION_MARK &&
    lower(bytes[at + 2]) === 0x70 &&
    lower(bytes[at + 3]) === 0x68 &&
    lower(bytes[at + 4]) === 0x70
  );
}

function lower(byte: number | undefined): number {
  return (byte ?? 0) | LOWER_CASE;
}

/** Whether the kernel could run the file: it begins with the ELF magic or with `#!`. */
export function isExecutableContent(head: Buffer): boolean {
  if (head[0] === 0x23 && head[1] === 0x21) return true;
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}
