import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { until } from './controlled.js';
import { inTerminal, TERMINAL_MISSING, Terminal } from './terminal.js';

const COLOR = '\u001b[31m';
const CURSOR_OFF = '\u001b[?25l';
const CURSOR_ON = '\u001b[?25h';
const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';

describe.skipIf(TERMINAL_MISSING)(`in a terminal${TERMINAL_MISSING ? ` (skipped: ${TERMINAL_MISSING})` : ''}`, () => {
  let system: TestSystem;
  let large: TestSystem;
  let scan: string;
  /** Takes long enough for bars to be drawn several times. */
  let longScan: string;
  beforeAll(async () => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`v/${index}.php`, `<?php // ${index}\n`]),
    );
    system = await makeSystem({ modules: { cdr: files } });
    system.writeInWebRoot('shell.php', '<?php // nobody signed this\n');
    large = await makeSystem({ modules: { cdr: {} } });
    // It takes no room on the disk.
    truncateSync(large.writeListed('cdr', 'large.php', ''), 600_000_000);
    await large.sign('cdr', { entries: [[fromText('large.php'), '0'.repeat(64)]] });
    const options = `--anchor ${system.anchorFingerprint} --keyring ${system.keyring}`;
    scan = `$SIGSWEEP scan ${system.webRoot} ${options}`;
    longScan = `$SIGSWEEP scan --root ${large.dir} --anchor ${large.anchorFingerprint} --keyring ${large.keyring}`;
  });
  afterAll(() => {
    system.cleanup();
    large.cleanup();
  });

  it('the report is in colour and bars are shown, gone before the report', async () => {
    const { code, screen } = await inTerminal(longScan);
    expect(code).toBe(1);
    expect(screen).toContain(COLOR);
    expect(screen).toMatch(/modules [█░]+ 1\/1/);
    expect(screen).toMatch(/files {3}[█░]+ \d+\/\d+ {2}\d+(\.\d)? [kM]?B {2}\S+ \w+\/s {2}\S+ left/);
    expect(screen.lastIndexOf('large.php')).toBeGreaterThan(screen.lastIndexOf(CURSOR_ON));
    expectRestored(screen);
  });

  it('bars are on standard error alone', async () => {
    const out = join(tempFolder(), 'out');
    const { screen } = await inTerminal(`${longScan} >${out}`);
    expect(screen).toMatch(/files {3}[█░]+ /);
    expect(screen).not.toContain('result');
    expectRestored(screen);
    expect(readFileSync(out, 'utf8')).toMatch(/^sigsweep /);
    expect(readFileSync(out, 'utf8')).not.toContain('\u001b');
  });

  it('there are no bars where standard error is no terminal, and colours where standard output is one', async () => {
    const err = join(tempFolder(), 'err');
    const { screen } = await inTerminal(`${scan} 2>${err}`);
    expect(readFileSync(err, 'utf8')).toBe('');
    expect(screen).toContain(COLOR);
    expect(screen).not.toContain(CURSOR_OFF);
  });

  it.each([
    ['--no-color', {}],
    ['', { NO_COLOR: '1' }],
    ['', { TERM: 'dumb' }],
  ])('no colours with %s %o', async (option, env) => {
    const { screen } = await inTerminal(`${scan} --no-progress ${option}`, { env });
    expect(screen).toContain('shell.php');
    expect(screen).not.toContain('\u001b');
  });

  it('an empty NO_COLOR forbids nothing', async () => {
    expect((await inTerminal(scan, { env: { NO_COLOR: '' } })).screen).toContain(COLOR);
  });

  it('no bars with --no-progress', async () => {
    const { screen } = await inTerminal(`${scan} --no-progress`);
    expect(screen).not.toContain(CURSOR_OFF);
    expect(screen).toMatch(/^sigsweep /);
  });

  it('machine formats and files are never in colour', async () => {
    const file = join(tempFolder(), 'report');
    const { screen } = await inTerminal(
      `${scan} --no-progress --format json && ${scan} --no-progress --output ${file}`,
    );
    expect(screen).not.toContain('\u001b');
  });

  it('a narrow one still shows the figures', async () => {
    const { screen } = await inTerminal(longScan, { columns: 40 });
    const line = /files {3}[█░]+ \d+\/\d+ {2}\S+ \w+ {2}/.exec(screen)?.[0] ?? '';
    expect(line).not.toBe('');
    expect(line.length).toBeLessThan(40);
  });

  it('the cursor is back after a second Ctrl-C', async () => {
    // A shell between the two: `script` stops itself when its own child is stopped.
    const inside = `echo program $$ && exec ${longScan} >/dev/null`;
    const terminal = new Terminal(`sh -c '${inside}'; exit $?`);
    await until(() => terminal.screen.includes(CURSOR_OFF), 'bars on the screen');
    const program = Number(/program (\d+)/.exec(terminal.screen)?.[1]);
    // Both at once, as the program finds them.
    for (const signal of ['SIGSTOP', 'SIGINT', 'SIGTERM', 'SIGCONT'] as const) process.kill(program, signal);
    const { code, screen } = await terminal.ended;
    expect([130, 143]).toContain(code);
    expectRestored(screen);
  });

  it('what cannot start shows no bars', async () => {
    const { code, screen } = await inTerminal('$SIGSWEEP scan /nowhere/at/all');
    expect(code).toBe(2);
    expect(screen).toMatch(/^sigsweep: web root \/nowhere\/at\/all: no such folder[^\r\n]*\r\n$/);
  });

  function expectRestored(screen: string): void {
    expect(screen.lastIndexOf(CURSOR_OFF)).toBeGreaterThan(-1);
    expect(screen.lastIndexOf(CURSOR_ON)).toBeGreaterThan(screen.lastIndexOf(CURSOR_OFF));
    expect(screen.lastIndexOf(WRAP_ON)).toBeGreaterThan(screen.lastIndexOf(WRAP_OFF));
  }
});
