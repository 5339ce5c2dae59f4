#!/usr/bin/env node
/**
 * Writes the seed corpus: constructions of our own, signed with keys that are thrown away. Needs the built program.
 *
 *     node fuzz/make-corpus.mjs
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import {
  armor,
  frame,
  hashedKey,
  issuer,
  issuerFingerprint,
  packet,
  publicKey,
  signatureBody,
  signText,
  subpacket,
  uint,
} from '../campaign/forge.mjs';
import { newKey } from '../dist/src/fleet/keys.js';
import { tokenText } from '../dist/src/fleet/token.js';
import { revokeKey } from '../dist/src/openpgp/certify.js';
import { armorPublicKey, generateKey } from '../dist/src/openpgp/secret-key.js';
import { clearsign } from '../dist/src/openpgp/sign.js';
import { UNLISTED_CLASSES, VERDICTS } from '../dist/src/types.js';
import { archive, entry, extension } from './archives.mjs';
import { ANCHOR, goodFiles, publicKeys, SIGNER, STRANGER, strangersFile } from './constructions.mjs';

const CORPUS = new URL('corpus/', import.meta.url);
const CREATED = 1_700_000_000;
const SIGNED = 1_720_000_000;
const TEXT = `[config]\nversion=1\nhash=sha256\n[hashes]\nmodule.xml = ${'a'.repeat(64)}\n;# End\n`;
const HASH = 'c0ffee'.padEnd(64, '0');

/** @typedef {Record<string, string | Buffer>} Inputs */
/** @type {Record<'armor' | 'packet' | 'keys' | 'verify' | 'manifest' | 'text' | 'package' | 'message' | 'fleet', Inputs>} */
const corpus = {
  armor: {},
  packet: {},
  keys: {},
  verify: {},
  manifest: {},
  text: {},
  package: {},
  message: {},
  fleet: {},
};

for (const [index, file] of [...goodFiles(), strangersFile()].entries()) {
  corpus.armor[`good-${index}`] = file;
  corpus.verify[`good-${index}`] = file;
}
const file = frame(TEXT, signText(TEXT, SIGNER, { created: SIGNED }));
corpus.armor.crlf = file.replaceAll('\n', '\r\n');
corpus.armor['no-checksum'] = file.replace(/\n=....\n/, '\n');
corpus.armor.headers = file.replace('SIGNATURE-----\n', 'SIGNATURE-----\nVersion: x\nComment: y\n');
corpus.armor['blank-ends'] = file.replaceAll('\n[', ' \t\n[');
corpus.armor['empty-block'] = frame(TEXT, Buffer.alloc(0));
corpus.armor['two-blocks'] = file + file;
corpus.armor['not-dash-escaped'] = file.replace('Hash: SHA256', 'Hash: SHA256\nNotDashEscaped: x');
corpus.verify.headers = corpus.armor.headers;
corpus.verify.crlf = corpus.armor.crlf;

const over = Buffer.from(TEXT.trimEnd().replaceAll('\n', '\r\n'), 'latin1');
const critical = (/** @type {number} */ type, /** @type {Buffer} */ body) => subpacket(type | 0x80, body);
/** @type {Record<string, import('../campaign/forge.mjs').Subpackets>} */
const signatures = {
  plain: { created: SIGNED, hashed: [issuerFingerprint(SIGNER)], unhashed: [issuer(SIGNER)] },
  'only-id': { created: SIGNED, unhashed: [issuer(SIGNER)] },
  expires: { created: SIGNED, hashed: [critical(3, uint(86_400, 4))], unhashed: [issuer(SIGNER)] },
  notation: { created: SIGNED, hashed: [subpacket(20, Buffer.from('\x80\0\0\0\0\x03\0\x01x@yz', 'latin1'))] },
  'key-wishes': {
    created: SIGNED,
    hashed: [
      subpacket(9, uint(1000, 4)),
      subpacket(27, Buffer.from([3])),
      subpacket(4, Buffer.from([0])),
      subpacket(30, Buffer.from([1])),
    ],
  },
  revoker: { created: SIGNED, hashed: [subpacket(12, Buffer.concat([Buffer.from([0x80, 22]), Buffer.alloc(20, 7)]))] },
  'other-id': { created: SIGNED, hashed: [issuerFingerprint(SIGNER)], unhashed: [issuer(STRANGER)] },
};
for (const [name, subpackets] of Object.entries(signatures)) {
  const body = signatureBody(SIGNER, 0x01, over, subpackets);
  corpus.packet[name] = packet(2, body);
  corpus.verify[`packet-${name}`] = frame(TEXT, packet(2, body));
}
const plain = signatureBody(SIGNER, 0x01, over, { created: SIGNED, unhashed: [issuer(SIGNER)] });
corpus.packet['old-format'] = Buffer.concat([Buffer.from([0x88, plain.length]), plain]);
corpus.packet['five-octets'] = Buffer.concat([Buffer.from([0xc2, 0xff]), uint(plain.length, 4), plain]);
corpus.packet.two = Buffer.concat([packet(2, plain), packet(2, plain)]);
corpus.packet.certification = packet(
  2,
  signatureBody(ANCHOR, 0x10, hashedKey(SIGNER.body), { created: CREATED, unhashed: [issuer(ANCHOR)] }),
);

const [anchorKey = Buffer.alloc(0), signerKey = Buffer.alloc(0), strangerKey = Buffer.alloc(0)] = publicKeys();
const binding = (/** @type {Buffer} */ over, /** @type {number} */ type) =>
  packet(2, signatureBody(STRANGER, type, over, { created: CREATED, unhashed: [issuer(STRANGER)] }));
const pair = Buffer.concat([hashedKey(STRANGER.body), hashedKey(SIGNER.body)]);
const back = subpacket(32, signatureBody(SIGNER, 0x19, pair, { created: CREATED, unhashed: [issuer(SIGNER)] }));
const bound = signatureBody(STRANGER, 0x18, pair, {
  created: CREATED,
  hashed: [subpacket(27, Buffer.from([2]))],
  unhashed: [issuer(STRANGER), back],
});
Object.assign(corpus.keys, {
  all: Buffer.concat([anchorKey, signerKey, strangerKey]),
  'anchor-and-stranger': Buffer.concat([anchorKey, strangerKey]),
  stranger: strangerKey,
  'anchor-armored': armor('PUBLIC KEY BLOCK', anchorKey),
  'two-blocks': `text\n${armor('PUBLIC KEY BLOCK', anchorKey)}text\n${armor('PUBLIC KEY BLOCK', strangerKey)}`,
  // A certification by the stranger itself in the anchor's name is what a forger would try.
  'self-certified': publicKey(STRANGER, 'Anchor <anchor@example.org>', CREATED, [STRANGER, SIGNER]),
  subkey: Buffer.concat([strangerKey, packet(14, SIGNER.body), packet(2, bound)]),
  'direct-and-revoked': Buffer.concat([
    packet(6, STRANGER.body),
    binding(hashedKey(STRANGER.body), 0x1f),
    binding(hashedKey(STRANGER.body), 0x20),
    strangerKey.subarray(packet(6, STRANGER.body).length),
  ]),
  'subkey-revoked': Buffer.concat([strangerKey, packet(14, SIGNER.body), packet(2, bound), binding(pair, 0x28)]),
  'trust-and-attribute': Buffer.concat([
    strangerKey,
    packet(12, Buffer.from([1])),
    packet(17, Buffer.from([2, 1, 0])),
    packet(10, Buffer.from('PGP')),
  ]),
});

for (const type of /** @type {const} */ (['rsa2048', 'nistP256'])) {
  const key = await generateKey({ name: 'Fuzz', email: 'fuzz@example.org', type, created: new Date(CREATED * 1000) });
  const signed = await clearsign(Buffer.from(TEXT), key, { date: new Date(SIGNED * 1000) });
  corpus.armor[type] = signed;
  corpus.verify[type] = signed;
  corpus.keys[type] = Buffer.from(key.publicKey());
  corpus.keys[`${type}-revoked`] = Buffer.from(
    armorPublicKey(await revokeKey(key, { date: new Date(SIGNED * 1000), reason: { code: 2, text: '' } })),
  );
  const base64 = /SIGNATURE-----\n\n([A-Za-z0-9+/=\n]+?)\n=/.exec(signed.toString('latin1'))?.[1] ?? '';
  corpus.packet[type] = Buffer.from(base64, 'base64');
}

Object.assign(corpus.manifest, {
  plain: TEXT,
  full: [
    '; comment',
    '# comment',
    '',
    '[config]',
    'version=2',
    'hash=sha256',
    "signedby='x'",
    'type=public',
    'timestamp = 1700000000.1234',
    'expiresafter=1800000000',
    '[hashes]',
    ...['module.xml', 'a(1).php', 'views/a b.php', '__proto__', 'caf\xc3\xa9', '#x=y', "it's", '.htaccess'].map(
      (path) => `${path} = ${HASH}`,
    ),
    ';# End',
    '',
  ].join('\n'),
  local: `[config]\nhash=sha256\ntype=local\n[hashes]\ncdr.sig = ${HASH}\n`,
  'no-end': `[config]\nhash=sha256\n[hashes]\na = b = ${HASH}`,
  traversal: `[config]\nhash=sha256\n[hashes]\n../x = ${HASH}\n`,
});

Object.assign(corpus.text, {
  less: "<?php return Array(0 => new Less_Tree_Comment('/* x */',true,NULL,0,Array('filename' => 'style.less','n' => -1.5)),1 => [\"a\\n\"]); ?>\n",
  'less-nested': "<?php\nreturn array(new \\Less_Tree_Ruleset(array(array(), [1, .5, 1e9,]), null), 'it\\'s', false,);",
  'less-code': '<?php return array(eval("x")); f($x);',
  'user-ini': '; comment\nmax_input_vars = 5000\nmemory_limit="256M" ; comment\n',
  'user-ini-evil': 'max_input_vars=1\nauto_prepend_file=/tmp/x\n[PATH=/]\n',
  'freepbx-conf':
    '<?php\n$amp_conf[\'AMPWEBROOT\'] = \'/var/www/html\';\n$amp_conf["ASTVARLIBDIR"]="/var/lib/asterisk";\n/* c */ // d\n',
  'amportal-conf': '# c\nAMPWEBROOT=/var/www/html\nAMPBIN = /var/lib/asterisk/bin ; c\nASTAGIDIR=x\n',
  'module-xml':
    '<module>\n<!-- <rawname>old</rawname> -->\n<rawname>cdr</rawname><version> 17.0.1 </version></module>\n',
  php: "<?php\n// c\n# d\n/* e */ function f($a) { return \"x{$a['b']}\" . 'y' . <<<EOT\ntext $a\nEOT; }\n?>html<?= f(1) ?>\n",
  js: 'const a = `x$\x7bf({ b: [1, /[/]x/g] })}`; // c\n/* d */ if (a / 2 > 1) { g("\\""); }\n',
  css: '.a { color: red; /* c */ background: url("x)") }\n',
  json: '{"a": [1, "x\\"", {"b": null}]}\n',
});

/** @param {Buffer} content @param {import('../campaign/forge.mjs').Subpackets} subpackets */
const message = (content, subpackets = { created: SIGNED, unhashed: [issuer(SIGNER)] }) => {
  const body = signatureBody(SIGNER, 0x00, content, subpackets);
  const announced = [
    Buffer.from([3, 0, body[3] ?? 0, body[2] ?? 0]),
    Buffer.from(SIGNER.fingerprint.slice(-16), 'hex'),
  ];
  const literal = Buffer.concat([Buffer.from('b\x05a.tgz\0\0\0\0', 'latin1'), content]);
  return Buffer.concat([
    packet(4, Buffer.concat([...announced, Buffer.from([1])])),
    packet(11, literal),
    packet(2, body),
  ]);
};
const compressed = (/** @type {Buffer} */ bytes) => Buffer.concat([Buffer.from([0xa3, 1]), deflateRawSync(bytes)]);
const small = message(Buffer.from('content\n'));
Object.assign(corpus.message, {
  small,
  compressed: compressed(small),
  empty: message(Buffer.alloc(0)),
  'with-fingerprint': message(Buffer.from('x'), { created: SIGNED, hashed: [issuerFingerprint(SIGNER)] }),
  old: compressed(message(Buffer.alloc(300, 'package'))),
  two: Buffer.concat([small, small]),
});

const LONG = `cdr/${'long/'.repeat(30)}file`;
Object.assign(corpus.package, {
  plain: archive(entry('cdr'), entry('cdr/module.xml', '<module/>'), entry('cdr/a.php', '<?php\n')),
  'no-folders': archive(entry('cdr/views/a', 'x'.repeat(600)), entry('cdr/views/b', '')),
  'long-name': archive(entry(LONG, 'x')),
  'pax-path': archive(extension('x', '14 path=cdr/a\n13 mtime=1.5\n'), entry('cdr/x', 'y')),
  'pax-size': archive(extension('x', '10 size=1\n'), entry('cdr/x', 'y')),
  'git-archive': archive(extension('g', '18 comment=c0ffee\n'), entry('cdr'), entry('cdr/a', 'x')),
  twice: archive(entry('cdr/a', 'x'), entry('cdr/a', 'y')),
  'below-a-file': archive(entry('cdr/a', 'x'), entry('cdr/a/b', 'y')),
  outside: archive(entry('cdr/../a', 'x')),
  'no-end': entry('cdr/a', 'x'),
});

const NONCE = 'c0ffee'.padEnd(32, '0');
const said = (/** @type {import('../dist/src/fleet/message/message.js').Kind} */ kind, /** @type {unknown} */ body) =>
  JSON.stringify({ ...HEAD, kind, body });
const HEAD = { protocol: 1, version: '0.1.0', from: 'pbx-1', to: '@coordinator', nonce: NONCE, issued: 1, expires: 2 };
const FINDING = {
  kind: 'unlisted',
  path: 'a.php',
  file: '/var/www/html/a.php',
  severity: 'critical',
  class: 'code',
  actual: HASH,
  size: 3,
  mode: 33188,
  uid: 0,
  mtimeMs: 1.5,
  note: 'x',
};
const MODULE = {
  name: 'cdr',
  path: '/var/www/html/admin/modules/cdr',
  version: '17.0.1',
  verdict: 'tampered',
  reason: '1 altered',
  severity: null,
  freepbxStatus: 130,
  signature: {
    signer: 'A'.repeat(40),
    keyId: 'A'.repeat(16),
    signedAt: 1_720_000_000_000,
    digest: 'sha256',
    trust: 'certified',
    warnings: [],
    textSha256: HASH,
  },
  listed: 3,
  hashed: 2,
  reused: 0,
  unchecked: 1,
  findings: [{ ...FINDING, kind: 'altered', class: undefined, expected: HASH }],
};
const COUNTS = { critical: 2, high: 0, medium: 0, low: 0, info: 1 };
const zeroes = (/** @type {readonly string[]} */ names) => Object.fromEntries(names.map((name) => [name, 0]));
const UNLISTED = zeroes(UNLISTED_CLASSES);
const REPORT = {
  scan: 7,
  kind: 'full',
  startedAt: 1_720_000_000_000,
  finishedAt: 1_720_000_001_000,
  root: '/var/www/html',
  complete: true,
  failOn: 'high',
  exitCode: 1,
  notes: ['a note'],
  changes: null,
  history: [
    {
      scan: 6,
      startedAt: 1,
      kind: 'quick',
      whole: true,
      complete: true,
      exitCode: 0,
      findings: { ...COUNTS, critical: 0 },
    },
  ],
  summary: {
    modules: 1,
    verdicts: { ...zeroes(VERDICTS), tampered: 1 },
    listed: 3,
    hashed: 2,
    unchecked: 1,
    reused: 0,
    bytes: 30,
    findings: COUNTS,
    exempted: 0,
    unlisted: UNLISTED,
  },
  modules: [MODULE],
  tree: { findings: [{ ...FINDING, firstSeen: 5, exemption: { reason: 'known', author: 'me', expires: 9 } }] },
};
Object.assign(corpus.fleet, {
  scan: said('scan', { kind: 'quick', modules: ['cdr'], threads: 2, maxRate: 0.5, deadline: 60_000 }),
  accepted: said('accepted', { message: NONCE }),
  refused: said('refused', { message: NONCE, reason: 'late: x' }),
  enrol: said('enrol', { publicKey: 'A'.repeat(43) }),
  hello: said('hello', { state: 'idle', since: 1 }),
  failure: said('failure', { job: null, code: 'USAGE', reason: 'x' }),
  'report-sent': said('report', { job: NONCE, report: JSON.stringify(REPORT) }),
  report: JSON.stringify(REPORT),
  part: JSON.stringify({
    modules: [MODULE],
    outside: [FINDING],
    unlisted: UNLISTED,
    infos: 1,
    bytes: 30,
    looked: true,
    signatures: HASH,
    notes: ['a note'],
    vanished: ['a'],
    mounts: ['b'],
  }),
  token: tokenText({ host: 'pbx-1', coordinator: newKey(), key: newKey(), expires: 1 }),
  protocol: JSON.stringify({ ...HEAD, protocol: 2 }),
});

rmSync(CORPUS, { recursive: true, force: true });
let files = 0;
for (const [target, inputs] of Object.entries(corpus)) {
  mkdirSync(new URL(`${target}/`, CORPUS), { recursive: true });
  for (const [name, input] of Object.entries(inputs)) {
    writeFileSync(
      new URL(`${target}/${name}`, CORPUS),
      typeof input === 'string' ? Buffer.from(input, 'latin1') : input,
    );
    files++;
  }
}
process.stdout.write(`${files} files in ${fileURLToPath(CORPUS)}\n`);
