import { describe, expect, test } from 'vitest';
import { alertSettings } from '../../src/alert/settings.js';
import { parseYaml } from '../../src/yaml/document.js';

const parse = (text: string) => parseYaml(text, alertSettings).value;

describe('channels', () => {
  test('have defaults', () => {
    const text = `
mail-admin: { type: mail, to: admin@example.org, smtp: { host: mail.example.org } }
local: { type: mail, to: [root@localhost, admin@example.org], sendmail: /usr/sbin/sendmail }
ops: { type: webhook, url: "https://example.org/hook" }
log: { type: syslog }
own: { type: command, run: [/usr/local/bin/tell, --loud] }
`;
    expect(parse(text)).toEqual({
      'mail-admin': {
        type: 'mail',
        to: ['admin@example.org'],
        smtp: { host: 'mail.example.org', tls: 'starttls' },
        timeout: 30_000,
      },
      local: {
        type: 'mail',
        to: ['root@localhost', 'admin@example.org'],
        sendmail: '/usr/sbin/sendmail',
        timeout: 30_000,
      },
      ops: { type: 'webhook', url: 'https://example.org/hook', preset: 'event', timeout: 10_000, retries: 4 },
      log: { type: 'syslog', facility: 'daemon', protocol: 'udp', timeout: 10_000 },
      own: { type: 'command', run: ['/usr/local/bin/tell', '--loud'], timeout: 60_000 },
    });
  });

  test.each([
    ['a: 3', 'a: give a map with type: mail, webhook, syslog or command'],
    ['a: {type: fax}', 'a.type: give a map with type'],
    ['a b: {type: syslog}', 'name channels with letters'],
    ['-a: {type: syslog}', 'name channels with letters'],
    ['a: {type: syslog, loud: yes}', 'unknown key a.loud'],
    ['a: {type: syslog, timeout: 10}', 'a.timeout: give a number with s or m'],
    ['a: {type: syslog, timeout: 11m}', 'at most 10m'],
    ['a: {type: syslog, port: 514}', 'about a server'],
    ['a: {type: syslog, protocol: tcp}', 'about a server'],
    ['a: {type: syslog, server: log, socket: /dev/log}', 'either server or socket'],
    ['a: {type: command, run: /bin/x}', 'a.run: give a list'],
    ['a: {type: command, run: [x]}', 'a.run[1]: give an absolute path'],
    ['a: {type: command, run: [/bin/x, 3]}', 'a.run[2]: give each argument as a text'],
    ['a: {type: command, run: [/bin/x, "a\\0b"]}', 'it holds a NUL character'],
    ['a: {type: webhook}', 'either url or urlFile'],
    ['a: {type: webhook, url: "https://x/", urlFile: /x}', 'either url or urlFile'],
    ['a: {type: webhook, url: "http://example.org/"}', 'http is for localhost only'],
    ['a: {type: webhook, url: "http://localhost.example.org/"}', 'http is for localhost only'],
    ['a: {type: webhook, url: "ftp://example.org/"}', 'give an https address'],
    ['a: {type: webhook, url: "example.org/hook"}', 'such as https://example.org/hook'],
    ['a: {type: webhook, url: "https://u:p@example.org/"}', 'it holds a password'],
    ['a: {type: webhook, url: "https://x/", retries: 11}', 'from 0 to 10'],
  ])('%s is refused', (text, words) => {
    expect(() => parse(text)).toThrow(words);
  });

  test.each(['http://localhost/', 'http://127.0.0.1:8080/x', 'http://[::1]/', 'https://10.1.1.1:8443/x'])(
    'a webhook at %s is taken',
    (url) => {
      expect(() => parse(`a: {type: webhook, url: "${url}"}`)).not.toThrow();
    },
  );
});

describe('mail', () => {
  const mail = (given: string) => () => parse(`a: {type: mail, sendmail: /x, ${given}}`);
  const smtp = (given: string) => () => parse(`a: {type: mail, to: a@b.example, smtp: {${given}}}`);

  test.each(['a@b', "o'neil+x@example.org", 'A.b_c@sub.example.org'])('goes to %s', (address) => {
    expect(mail(`to: "${address}"`)).not.toThrow();
  });

  test.each([
    'admin',
    '-oQ/tmp@example.org',
    'Admin <admin@example.org>',
    'a@example.org, b@example.org',
    'a@example.org\\nBcc: b@example.org',
    'a b@example.org',
    '\\"a\\"@example.org',
    'a@b@example.org',
    'a@-example.org',
    'ä@example.org',
    'a@example.org;b',
    'a(b)@example.org',
    'a%b@',
  ])('does not go to %s', (address) => {
    expect(mail(`to: "${address}"`)).toThrow('a.to[1]: give one address, such as admin@example.org');
    expect(mail(`to: a@b.example, from: "${address}"`)).toThrow('a.from: give one address');
  });

  test('goes to somebody, by one way', () => {
    expect(mail('to: []')).toThrow('at least one');
    expect(mail(`to: [${'a@b.example,'.repeat(51)}]`)).toThrow('at most 50');
    expect(mail('to: 3')).toThrow('a.to: give one address or a list');
    expect(mail('to: a@b.example, smtp: {host: x}')).toThrow('either smtp or sendmail');
    expect(() => parse('a: {type: mail, to: a@b.example}')).toThrow('either smtp or sendmail');
  });

  test.each(['localhost', 'mail.example.org', 'mail_1', '192.0.2.1', '2001:db8::1', 'MAIL'])(
    'takes host %s',
    (host) => {
      expect(smtp(`host: "${host}"`)).not.toThrow();
    },
  );

  test.each(['', ' ', 'a b', '-x', 'smtp://mail', 'mail:25', 'a..b', 'mail/', 'a\\nb', '[::1]', 'größer'])(
    'does not take host %j',
    (host) => {
      expect(smtp(`host: "${host}"`)).toThrow('give a name or an IP address, without port and scheme');
    },
  );

  test.each([
    ['host: x, user: u', 'belong together'],
    ['host: x, passwordFile: /x', 'belong together'],
    ['host: x, passwordFile: x, user: u', 'absolute path'],
    ['host: x, user: "", passwordFile: /x', 'give a user, or leave it out'],
    ['host: x, user: "a\\tb", passwordFile: /x', 'without control characters'],
    ['host: x, tls: none, user: u, passwordFile: /x', 'goes to another machine only with TLS'],
    ['host: 127.0.0.1.example.org, tls: none, user: u, passwordFile: /x', 'goes to another machine only with TLS'],
    ['host: x, tls: none, caFile: /x', 'no certificates without TLS'],
    ['host: x, port: 465', 'use tls: implicit'],
    ['host: x, port: 587, tls: implicit', 'use tls: starttls'],
    ['host: x, port: 0', 'from 1 to 65535'],
    ['host: x, password: secret', 'unknown key a.smtp.password'],
  ])('does not take {%s}', (given, words) => {
    expect(smtp(given)).toThrow(words);
  });

  test.each(['localhost', '127.0.0.1', '127.8.8.8', '::1', 'LOCALHOST'])('a password goes to %s in clear', (host) => {
    expect(smtp(`host: "${host}", tls: none, user: u, passwordFile: /x`)).not.toThrow();
  });
});
