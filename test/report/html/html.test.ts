import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, h, htmlOf } from '../../../src/report/html/markup.js';
import { bytes, finding, module, report } from '../fixtures.js';
import { htmlOfReport } from './browser.js';
import { badNight, cleanNight } from './example.js';

/** What a page shows where no script runs. */
function textOf(html: string): string {
  return html
    .replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '')
    .replace(/<\/?span[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('markup', () => {
  const texts = fc
    .array(fc.oneof(fc.string(), fc.constantFrom('<', '>', '&', '"', "'", '</p>', '&lt;')))
    .map((parts) => parts.join(''));

  it('means its texts, whatever they are', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const html = htmlOf(h('p', { title: text }, text));
        expect(html.replace(/<\/?p|>$/g, '')).not.toMatch(/[<]/);
        expect(html).toBe(`<p title="${escapeHtml(text)}">${escapeHtml(text)}</p>`);
      }),
    );
  });

  it('leaves out what stands for nothing', () => {
    expect(htmlOf(h('p', { a: true, b: false, c: undefined, d: 0 }, null, false, [['x'], undefined]))).toBe(
      '<p a d="0">x</p>',
    );
    expect(htmlOf(h('input', { type: 'text' }))).toBe('<input type="text">');
  });
});

describe('the HTML report', () => {
  it('is the same for the same report', () => {
    expect(htmlOfReport(badNight())).toBe(htmlOfReport(badNight()));
  });

  it('allows its own script and its own style, by their hashes, and nothing else', () => {
    const html = htmlOfReport(badNight());
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'");
    const hash = (pattern: RegExp) =>
      `sha256-${createHash('sha256')
        .update(pattern.exec(html)?.[1] ?? '')
        .digest('base64')}`;
    expect(policy).toBe(
      `default-src 'none'; script-src '${hash(/<script>([\s\S]*?)<\/script>/)}'; ` +
        `style-src '${hash(/<style>([\s\S]*?)<\/style>/)}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '')).not.toMatch(/<[^>]* (style|on\w+)=/);
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });

  it('says without a script what was found, since when, what to do, and where', () => {
    const text = textOf(htmlOfReport(badNight()));
    for (const said of [
      '1 module is not as its signer published it; 3 files nobody signed can run as code, all with the same content.',
      'There since 2026-11-27 02:31 UTC, 1 day before; 5 of the 7 gravest findings are new since the last scan.',
      'take it off the network',
      'fwconsole ma downloadinstall core',
      'admin/views/ajax.php',
      'functions.inc.php',
      'lies on another file system',
      'core: tampered, before good',
      'gone.txt',
      'an anchor vouches for it',
      'nobody signed it',
      'The signature is good and its signer trusted, but listed files are altered',
    ]) {
      expect(text).toContain(said);
    }
    expect(text).not.toContain('own.php');
    expect(textOf(htmlOfReport(cleanNight()))).toContain('All 2 modules are as their signers published them');
  });

  it('holds the worst of many findings as text, and says how many are left out', () => {
    const many = Array.from({ length: 1000 }, (_, index) =>
      finding(`f${index}.txt`, { severity: 'low', class: 'other' }),
    );
    const html = htmlOfReport(report({ outside: [...many, finding('shell.php')], exitCode: 1 }));
    const text = textOf(html);
    expect(text).toContain('The worst 300 of 1,001 findings; 701 are left out here');
    expect(text).toContain('shell.php');
    expect(text).not.toContain('f999.txt');
    expect(html).toContain('f999.txt');
  });

  it('draws and lists the worst of modules that somebody made to fill the page, and says how many it leaves out', () => {
    const made = Array.from({ length: 1500 }, (_, index) => module(`a${index}`, 'unsigned'));
    const html = htmlOfReport(report({ modules: [...made, module('core', 'revoked')], exitCode: 1 }));
    const count = (pattern: RegExp) => html.match(pattern)?.length;
    expect([count(/<tr data-place=/g), count(/<g class="cell /g)]).toEqual([1000, 401]);
    expect(html).toMatch(/<tr data-place="1501">/);
    expect(textOf(html)).toMatch(/1,501 modules .* The worst 1,000; 501 are left out here/);
    expect(textOf(html)).toContain('1,101 more modules: 11,010 files, 1,101 findings, the worst medium');
  });

  it('holds no name raw that could be more than a name', () => {
    const name = '</script><img src=x onerror=alert(1)>\u001b[2J\u00e2\u0080\u00ae\u00ff';
    const hostile = { path: bytes(name), file: bytes(name), note: name };
    const html = htmlOfReport(
      report({
        root: bytes(name),
        notes: [name],
        outside: [finding('', hostile)],
        modules: [
          module('x', 'unsigned', { name: bytes(name), version: name, reason: name, findings: [finding('', hostile)] }),
        ],
      }),
    );
    expect(html).not.toContain('<img');
    expect(html.match(/<\/script>/g)).toHaveLength(html.match(/<script/g)?.length ?? 0);
    expect(html).toContain('\\u{1b}[2J\\u{202e}\\xff');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(html).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('stays bounded where names are a megabyte long', () => {
    const long = bytes('a\u001b'.repeat(500_000));
    const findings = Array.from({ length: 200 }, () => finding('', { path: long, file: long, note: long }));
    expect(htmlOfReport(report({ outside: findings })).length).toBeLessThan(20_000_000);
  });
});
