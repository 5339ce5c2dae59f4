/** Changes inside of signature files: the armor around the text, the text, the bits of the packet, the key files. */
import { armor, checksum } from './forge.mjs';
import { spoil } from './pick.mjs';
import { change, fileOf, good, put, signatureOf } from './signature-changes.mjs';
import { keyFile } from './system.mjs';

/**
 * @typedef {import('./listed-changes.mjs').Change} Change
 * @typedef {import('./listed-changes.mjs').Edit} Edit
 * @typedef {import('./listed-changes.mjs').Random} Random
 * @typedef {(file: string, random: Random) => string} TextEdit on the bytes as latin1
 */

const BEGIN = '-----BEGIN PGP SIGNATURE-----\n';
const END = '-----END PGP SIGNATURE-----\n';

/** @type {Record<string, TextEdit>} */
const BAD_ARMOR = {
  'text above': (file) => `text\n${file}`,
  'an empty line above': (file) => `\n${file}`,
  'a byte-order mark': (file) => `\xef\xbb\xbf${file}`,
  'a second block': (file) => file + file,
  'a Comment above the text': (file) => file.replace('Hash: SHA256\n', 'Hash: SHA256\nComment: x\n'),
  NotDashEscaped: (file) => file.replace('Hash: SHA256\n', 'Hash: SHA256\nNotDashEscaped: Yes\n'),
  'no Hash': (file) => file.replace('Hash: SHA256\n', ''),
  'another Hash': (file, random) =>
    file.replace('SHA256', random.pick(['SHA1', 'SHA512', 'MD5', 'sha256', 'SHA256, SHA1'])),
  'a second Hash': (file) => file.replace('Hash: SHA256\n', 'Hash: SHA256\nHash: SHA256\n'),
  'a form feed in the empty line': (file) => file.replace('Hash: SHA256\n\n', 'Hash: SHA256\n\f\n'),
  'a blank in the empty line': (file) => file.replace('Hash: SHA256\n\n', 'Hash: SHA256\n \n'),
  'a NUL': (file, random) => insert(file, random.below(file.length), '\0'),
  'a lone carriage return': (file) => file.replace('[hashes]', '[ha\rshes]'),
  'an unescaped dash': (file) => file.replace('\n[hashes]', '\n-[hashes]'),
  'the header twice': (file) => `${file.slice(0, file.indexOf('\n') + 1)}${file}`,
  'no END': (file) => file.replace(END, ''),
  'END of something else': (file) => file.replace(END, '-----END PGP MESSAGE-----\n'),
  'text behind END': (file) => `${file.trimEnd()} x\n`,
  'text between checksum and END': (file) => file.replace(END, `text\n${END}`),
  'a wrong checksum': (file) => file.replace(/\n=....\n/, '\n=AAAA\n'),
  'junk in the base64': (file, random) =>
    insert(file, inBase64(file, random), random.pick(['*', '-', ' ', '=', '\xa0'])),
  'an empty line in the base64': (file, random) => insert(file, inBase64(file, random), '\n\n'),
  'a foreign header above the base64': (file) => file.replace(BEGIN, `${BEGIN}Hash: SHA256\n`),
  'a base64 line of 80 characters': (file) => rewrap(file, 80),
  'an empty block': (file) => file.replace(/(SIGNATURE-----\n\n)[^-]*/, '$1'),
};

/** @type {Record<string, TextEdit>} */
const BAD_TEXT = {
  'a line dropped': (file, random) => replaceLine(file, random, () => []),
  'a line twice': (file, random) => replaceLine(file, random, (line) => [line, line]),
  'a line added': (file, random) => replaceLine(file, random, (line) => [line, `x.php = ${'0'.repeat(64)}`]),
  'a comment added': (file, random) => replaceLine(file, random, (line) => [line, '; comment']),
  'an empty line added': (file, random) => replaceLine(file, random, (line) => [line, '']),
  'another digit': (file, random) =>
    replaceLine(file, random, (line) => [line.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))]),
  'a blank before a line': (file, random) => replaceLine(file, random, (line) => [` ${line}`]),
  'two lines joined': (file, random) => replaceLine(file, random, (line) => [`${line}\x0b`]),
};

/** What the text's signature does not cover and no reader could take for text. */
/** @type {Record<string, TextEdit>} */
const TOLERATED_ARMOR = {
  'blanks at the ends of lines': (file) => editText(file, (line, index) => (index % 3 === 0 ? `${line} \t ` : line)),
  'CRLF line ends': (file) => file.replaceAll('\n', '\r\n'),
  'empty lines behind END': (file) => `${file}\n\r\n`,
  'no line end behind END': (file) => file.trimEnd(),
  'a Comment above the base64': (file) => file.replace(BEGIN, `${BEGIN}Comment: GPGTools - https://gpgtools.org\n`),
  'a Version above the base64': (file) => file.replace(BEGIN, `${BEGIN}Version: GnuPG v1\nComment: \n`),
  'no checksum': (file) => file.replace(/\n=....\n/, '\n'),
  'other lengths of base64 lines': (file, random) => rewrap(file, random.pick([1, 3, 4, 17, 63, 65, 75, 76])),
  'dash-escaped ordinary lines': (file) => editText(file, (line) => `- ${line}`),
};

/** @type {Change[]} */
export const ARMOR_CHANGES = [
  ...Object.entries({ 'edit the armor': BAD_ARMOR, 'edit the signed text': BAD_TEXT }).map(([name, edits]) =>
    change(name, 'harmful', (edit, random, module) => edited(edit, random, module, edits, { verdict: 'invalid' })),
  ),
  change('edit the armor in tolerated ways', 'harmless', (edit, random, module) =>
    edited(edit, random, module, TOLERATED_ARMOR, good(module)),
  ),
  change('flip a bit of the signature packet', 'either', (edit, random, module) => {
    const { bytes, what } = spoil(module.packet, random);
    put(edit, module, fileOf(module.text, bytes), worthOfSpoilt(module, bytes));
    return what;
  }),
  {
    name: 'edit a key file',
    expects: 'harmful',
    apply(edit, random) {
      const { signerFile, anchorFile, signer, anchor, stranger } = edit.system;
      const file = random.pick([signerFile, anchorFile]);
      const text = edit.bytes(file).toString('latin1');
      const [key, name] = file === signerFile ? [signer, 'signer'] : [anchor, 'anchor'];
      /** @type {Record<string, [text: string | null, worth: string]>} */
      const edits = {
        'text around the block': [`text\n${text}text\n`, 'good'],
        'no checksum': [text.replace(/\n=....\n/, '\n'), 'good'],
        'a bit of the base64': [spoilBase64(text, random), 'key-missing'],
        'another key': [keyFile(stranger, 'stranger'), 'key-missing'],
        'another key with the same name': [keyFile(stranger, name), 'key-missing'],
        // The anchor certifies itself; without its word the signer is a stranger.
        'without certification': [keyFile(key, name), file === signerFile ? 'untrusted' : 'good'],
        deleted: [null, 'key-missing'],
        emptied: ['', 'key-missing'],
      };
      const [what = '', [content, worth] = [null, '']] = random.pick(
        Object.entries(edits).filter(([, [content]]) => content !== text),
      );
      if (content === null) edit.remove(file);
      else edit.write(file, content);
      edit.signer = worth;
      return `${name}: ${what}`;
    },
  },
  {
    name: 'swap the key files',
    expects: 'harmful',
    apply(edit) {
      const { signerFile, anchorFile } = edit.system;
      const bytes = edit.bytes(signerFile);
      edit.write(signerFile, edit.bytes(anchorFile));
      edit.write(anchorFile, bytes);
      return '';
    },
  },
];

/**
 * @param {Edit} edit @param {Random} random @param {import('./system.mjs').Module} module
 * @param {Record<string, TextEdit>} edits @param {import('./expect.mjs').SignatureWorth} worth
 */
function edited(edit, random, module, edits, worth) {
  const [what, apply] = random.pick(Object.entries(edits));
  const before = signatureOf(edit, module).toString('latin1');
  const after = apply(before, random);
  if (after === before) throw new Error(`"${what}" changed nothing in the signature of ${module.name}`);
  put(edit, module, Buffer.from(after, 'latin1'), worth);
  return what;
}

/**
 * A bit may turn the signature into one by a key that is not at hand: in the part of the signed fingerprint that is
 * not the key ID, or in the key ID where that alone names the maker. Without harm it flips only in the type of the one
 * unsigned subpacket, and only where the signed part names the maker too.
 *
 * @param {import('./system.mjs').Module} module @param {Buffer} spoilt
 */
function worthOfSpoilt({ packet, names, entries }, spoilt) {
  const at = packet.findIndex((byte, index) => byte !== spoilt[index]);
  const idAt = packet.lastIndexOf(Buffer.from([9, 16])) + 2;
  const fingerprintAt = packet.indexOf(Buffer.from([22, 33, 4])) + 2;
  const isNameless = names ? at >= fingerprintAt && at < fingerprintAt + 13 : at >= idAt && at < idAt + 8;
  if (isNameless) return { verdict: 'key-missing' };
  if (names && at === idAt - 1 && (spoilt[at] ?? 0) < 0x80) return { verdict: 'good', entries };
  return { verdict: 'invalid' };
}

/**
 * A line of the manifest's `[hashes]` chosen at random.
 *
 * @param {string} file @param {Random} random @param {(line: string) => string[]} edit
 */
function replaceLine(file, random, edit) {
  const lines = file.split('\n');
  const listed = lines.flatMap((line, index) => (/ = [0-9a-f]{64}$/.test(line) ? [index] : []));
  const at = random.pick(listed);
  lines.splice(at, 1, ...edit(lines[at] ?? ''));
  return lines.join('\n');
}

/** @param {string} file @param {(line: string, index: number) => string} edit */
function editText(file, edit) {
  const start = file.indexOf('\n\n') + 2;
  const end = file.indexOf(`\n${BEGIN}`);
  return file.slice(0, start) + file.slice(start, end).split('\n').map(edit).join('\n') + file.slice(end);
}

/** @param {string} file @param {number} width */
function rewrap(file, width) {
  const [, head = '', body = '', end = '', tail = ''] =
    /^([\s\S]*SIGNATURE-----\n\n)([^=-]*)([^=\n-]\n?=*\n)(=[\s\S]*)$/.exec(file) ?? [];
  const lines = body.replaceAll('\n', '').match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  // A line that begins with padding would be a checksum.
  return `${head}${lines.join('\n')}\n${end}${tail}`;
}

/** @param {string} file @param {Random} random */
function inBase64(file, random) {
  const start = file.indexOf(BEGIN) + BEGIN.length + 1;
  return start + 1 + random.below(40);
}

/** @param {string} text @param {number} at @param {string} added */
function insert(text, at, added) {
  return text.slice(0, at) + added + text.slice(at);
}

/** One bit of the key material, under the checksum of before. @param {string} text @param {Random} random */
function spoilBase64(text, random) {
  const body = Buffer.from(/\n\n([^=-]+=*)\n=/.exec(text)?.[1] ?? '', 'base64');
  const spoilt = armor('PUBLIC KEY BLOCK', spoil(body, random).bytes);
  return spoilt.replace(/\n=....\n/, `\n${checksum(body)}\n`);
}
