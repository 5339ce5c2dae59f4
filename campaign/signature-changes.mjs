/** Changes to signature files as files, and to who signed. */
import { frame, issuer, issuerFingerprint, packet, signatureBody, signText } from './forge.mjs';
import { pickModule, spoil } from './pick.mjs';
import { keyFile, MODULES, SIGNED } from './system.mjs';

/**
 * @typedef {import('./listed-changes.mjs').Change} Change
 * @typedef {import('./listed-changes.mjs').Edit} Edit
 * @typedef {import('./listed-changes.mjs').Random} Random
 * @typedef {import('./system.mjs').Module} Module
 */

const INVALID = { verdict: 'invalid' };

/** @type {Change[]} */
export const SIGNATURE_CHANGES = [
  change('flip a bit of a signature file', 'harmful', (edit, random, module) => {
    const { bytes, what } = spoil(signatureOf(edit, module), random);
    put(edit, module, bytes, INVALID);
    return what;
  }),
  change('truncate a signature file', 'either', (edit, random, module) => {
    const { length } = signatureOf(edit, module);
    const left = random.below(6) === 0 ? length - 1 : random.below(length);
    // Without its last line end the file says the same.
    put(edit, module, signatureOf(edit, module).subarray(0, left), left === length - 1 ? good(module) : INVALID);
    return `${left} of ${length} bytes`;
  }),
  change('append to a signature file', 'either', (edit, random, module) => {
    const added = random.pick([
      '\n',
      '\r\n',
      '\n\n\n',
      ' \n',
      '\t',
      'text\n',
      '\0',
      '-----END PGP SIGNATURE-----\n',
      '=',
    ]);
    const bytes = Buffer.concat([signatureOf(edit, module), Buffer.from(added)]);
    // Empty lines are nothing that somebody could take for text.
    put(edit, module, bytes, /^[\r\n]+$/.test(added) ? good(module) : INVALID);
    return JSON.stringify(added);
  }),
  change('empty a signature file', 'harmful', (edit, _, module) => put(edit, module, Buffer.alloc(0), INVALID)),
  change('delete a signature file', 'harmful', (edit, _, module) => {
    edit.remove(pathOf(module));
    return '';
  }),
  change('rename a signature file', 'harmful', (edit, random, module) => {
    const name = random.pick(['module.sig.bak', '.module.sig', 'Module.sig', 'module.sig ']);
    edit.rename(pathOf(module), `${module.folder}/${name}`);
    return name;
  }),
  change('replace a signature file by a link to it', 'harmful', (edit, _, module) => {
    edit.rename(pathOf(module), 'var/tmp/moved.sig');
    edit.linkTo(pathOf(module), 'var/tmp/moved.sig');
    return '';
  }),
  change('replay the signature file of another module', 'harmful', (edit, random, module) => {
    const other = pickModule(edit, random, ({ name }) => name !== module.name);
    put(edit, module, signatureOf(edit, other), good(other));
    return `that of ${other.name}`;
  }),
  change('replay another module with all its files', 'harmful', (edit, random, module) => {
    // The framework's files lie elsewhere: over another module they would only be missing, as in the change above.
    const other = pickModule(edit, random, ({ name }) => name !== module.name && name !== 'framework');
    if (module.name === 'framework') {
      put(edit, module, signatureOf(edit, other), good(other));
      return `the signature of ${other.name} alone`;
    }
    for (const listed of other.entries.keys()) {
      edit.write(`${module.folder}/${listed}`, edit.bytes(`${other.folder}/${listed}`));
    }
    put(edit, module, signatureOf(edit, other), { verdict: 'wrong-module', entries: other.entries });
    return `that of ${other.name}`;
  }),
  change('replay the signature packet of another module', 'harmful', (edit, random, module) => {
    const other = pickModule(edit, random, ({ name }) => name !== module.name);
    put(edit, module, fileOf(module.text, other.packet), INVALID);
    return `that of ${other.name}`;
  }),
  change('swap the signature files of two modules', 'harmful', (edit, random, module) => {
    const other = pickModule(edit, random, ({ name }) => name !== module.name);
    const bytes = signatureOf(edit, module);
    put(edit, module, signatureOf(edit, other), good(other));
    put(edit, other, bytes, good(module));
    return `with ${other.name}`;
  }),
  change('sign with a key that nobody certified', 'harmful', (edit, random, module) => {
    const { stranger } = edit.system;
    const isBeside = random.below(2) === 0;
    if (isBeside) edit.write(`${module.folder}/signatures/${stranger.keyId}.key`, keyFile(stranger, 'stranger'));
    const signature = signText(latin1(module.text), stranger, { created: SIGNED });
    put(edit, module, fileOf(module.text, signature), { verdict: isBeside ? 'untrusted' : 'key-missing' });
    return isBeside ? 'its key beside it' : 'its key not at hand';
  }),
  change('sign with another key in the name of the signer', 'harmful', (edit, random, module) => {
    const { stranger, signer } = edit.system;
    const hashed = random.below(2) === 0 ? [issuerFingerprint(signer)] : [];
    const over = Buffer.from(latin1(module.text).trimEnd().replaceAll('\n', '\r\n'), 'latin1');
    const body = signatureBody(stranger, 0x01, over, { created: SIGNED, hashed, unhashed: [issuer(signer)] });
    put(edit, module, fileOf(module.text, packet(2, body)), INVALID);
    return hashed.length > 0 ? 'the fingerprint signed' : 'only the key ID';
  }),
];

/**
 * @param {string} name @param {Change['expects']} expects
 * @param {(edit: Edit, random: Random, module: Module) => string} apply
 * @returns {Change}
 */
export function change(name, expects, apply) {
  return {
    name,
    expects,
    apply(edit, random) {
      const module = pickModule(edit, random);
      const what = apply(edit, random, module);
      return what === '' ? module.name : `${module.name}: ${what}`;
    },
  };
}

/** What a genuine manifest is worth, wherever it lies. @param {Module} module */
export function good({ entries }) {
  return { verdict: 'good', entries };
}

/** @param {Module} module */
export function pathOf({ name }) {
  return `${MODULES}/${name}/module.sig`;
}

/** @param {Edit} edit @param {Module} module */
export function signatureOf(edit, module) {
  return edit.bytes(pathOf(module));
}

/**
 * @param {Edit} edit @param {Module} module @param {Buffer} bytes @param {import('./expect.mjs').SignatureWorth} worth
 */
export function put(edit, module, bytes, worth) {
  edit.write(pathOf(module), bytes);
  edit.signatures.set(module.name, worth);
  return '';
}

/** @param {string} text @param {Buffer} packets */
export function fileOf(text, packets) {
  return Buffer.from(frame(latin1(text), packets), 'latin1');
}

/** The bytes of a text, one character each. @param {string} text */
export function latin1(text) {
  return Buffer.from(text).toString('latin1');
}
