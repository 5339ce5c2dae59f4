/**
 * Linux file names are bytes, not text. Inside sigsweep a path is a string in which every character stands for one
 * byte (latin1), so that it can be compared, sorted and used as a key without ever losing a byte. Only reports decode.
 */
declare const bytePath: unique symbol;

/**
 * A path or name, byte-exact: character code = byte value, 0 to 255. {@link toText} makes text of it, and
 * {@link fromText} such a path of text.
 */
export type BytePath = string & { readonly [bytePath]: true };

/**
 * The byte path of a string that a person or another program wrote in UTF-8.
 * @param text any text; paths of Node's own functions are such.
 */
export function fromText(text: string): BytePath {
  return (isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1')) as BytePath;
}

/** Takes a string whose characters are bytes already (a `latin1` read) as a path. */
export function fromLatin1(bytes: string): BytePath {
  return bytes as BytePath;
}

/**
 * The path as a person wrote it: UTF-8, with a replacement character for what is none. Control characters stay in it:
 * escape it before it reaches a terminal or a page.
 * @param path of a report.
 */
export function toText(path: BytePath): string {
  return toBytes(path).toString('utf8');
}

/** The path as an argument for `node:fs`: the bytes themselves where they are not plain ASCII. */
export function toFsPath(path: string): string | Buffer {
  return isAscii(path) ? path : Buffer.from(path, 'latin1');
}

/** The bytes of the path. */
export function toBytes(path: BytePath): Buffer {
  return Buffer.from(path, 'latin1');
}

/** `folder/name`, or `name` where the folder is the root itself (`''`). */
export function join(folder: BytePath, name: BytePath): BytePath {
  return (folder === '' ? name : `${folder}/${name}`) as BytePath;
}

/** The folder that holds the path; `''` for the root. */
export function dirname(path: BytePath): BytePath {
  const slash = path.lastIndexOf('/');
  return (slash < 0 ? '' : path.slice(0, slash)) as BytePath;
}

/** Whether this can be the name of one directory entry: nothing that names the folder itself, its parent or a path. */
export function isPlainName(name: string): boolean {
  return NAME.test(name) && name !== '.' && name !== '..';
}

/** One pass over the name, which is asked of every file of a tree. */
const NAME = /^[^/\0]+$/;

/** The last component. */
export function basename(path: BytePath): BytePath {
  return path.slice(path.lastIndexOf('/') + 1) as BytePath;
}

/** Whether every character is plain ASCII: the string and its bytes are then the same in every encoding. */
export function isAscii(text: string): boolean {
  // Faster than a regular expression by half, and asked of every name of a tree.
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}

/** Orders paths by their bytes. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
