/** Throw-away keys and signed files that corpus and targets share. */
import { frame, makeKey, publicKey, signText } from '../campaign/forge.mjs';

const KEYS_CREATED = 1_700_000_000;
const SIGNED = 1_720_000_000;

/** When everything is judged. */
export const NOW = new Date(1_740_000_000_000);

export const ANCHOR = makeKey('fuzz anchor', KEYS_CREATED);
export const SIGNER = makeKey('fuzz signer', KEYS_CREATED);
export const STRANGER = makeKey('fuzz stranger', KEYS_CREATED);

const TEXTS = [
  `[config]\nversion=1\nhash=sha256\n[hashes]\nmodule.xml = ${'a'.repeat(64)}\n;# End\n`,
  '- dashes\n-\n--\n\n\ttabs\nFrom here\n',
  '\xc3\xa4\xff no UTF-8\n',
  '\n',
];

/** Files that the certified signer made. */
export function goodFiles() {
  return TEXTS.flatMap((text) =>
    [true, false].map((names) =>
      Buffer.from(frame(text, signText(text, SIGNER, { created: SIGNED, names })), 'latin1'),
    ),
  );
}

/** A file by somebody whom nobody certified. */
export function strangersFile() {
  const [text = ''] = TEXTS;
  return Buffer.from(frame(text, signText(text, STRANGER, { created: SIGNED })), 'latin1');
}

/** The anchor's key, the signer's with its certification, the stranger's. Binary. */
export function publicKeys() {
  return [
    publicKey(ANCHOR, 'Anchor <anchor@example.org>', KEYS_CREATED),
    publicKey(SIGNER, 'Signer <signer@example.org>', KEYS_CREATED, [ANCHOR]),
    publicKey(STRANGER, 'Stranger <stranger@example.org>', KEYS_CREATED),
  ];
}
