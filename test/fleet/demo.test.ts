import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../helpers/temp.js';
import { REDIS_MISSING } from './redis.js';

const DEMO = fileURLToPath(new URL('../../demo/main.mjs', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demonstration with a folder of its own for what it leaves; asks it to end when it has said something. */
function runDemo(temporary: string, args: readonly string[], endAt?: RegExp, path = process.env.PATH): Promise<Ended> {
  const child = spawn(process.execPath, [DEMO, ...args], { env: { PATH: path, TMPDIR: temporary, LANG: 'C.UTF-8' } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr, isAsked] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
    if (isAsked || endAt?.test(stderr) !== true) return;
    isAsked = true;
    child.kill('SIGINT');
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

describe.skipIf(REDIS_MISSING !== undefined)(
  `the demonstration of a fleet (${REDIS_MISSING ?? 'with a real Redis'})`,
  () => {
    it('enrols three hosts, scans them, tells what only a fleet can see, and leaves nothing behind', async () => {
      const temporary = tempFolder();
      const pages = join(tempFolder(), 'pages');
      const { code, stdout, stderr } = await runDemo(temporary, ['--pages', pages], /runs on until Ctrl-C/);
      expect(stderr).toMatch(/ended, and nothing of it is left\n$/);
      expect(code).toBe(0);
      const [, different, version, older] =
        /pbx-2: with what stands for a web shell in \w+\n.*pbx-3: with other bytes of (\w+) ([\d.]+), and (\w+) 1\.0\.0/s.exec(
          stderr,
        ) ?? [];
      expect(stdout).toContain(`${different} ${version} on pbx-3: not what 2 other hosts (pbx-1, pbx-2) have`);
      expect(stdout).toMatch(new RegExp(`behind +${older} .*pbx-3`));
      expect(stdout).toMatch(/^pbx-2 +findings +reporting +1 /m);
      expect(stdout).toMatch(/^result +NOT clean on 1 host\.$/m);
      expect(readFileSync(join(pages, 'index.html'), 'utf8')).toContain('pbx-2');
      expect(readdirSync(join(pages, 'hosts'))).toEqual(['pbx-1.html', 'pbx-2.html', 'pbx-3.html']);
      expect(readFileSync(join(pages, 'hosts/pbx-2.html'), 'utf8')).toContain('ajax.php');
      expect(readdirSync(temporary)).toEqual([]);
    }, 90_000);

    it('says what it needs', async () => {
      const temporary = tempFolder();
      const nothing = await runDemo(temporary, [], undefined, tempFolder());
      expect(nothing).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/redis-server is not installed: apt-get install/),
      });
      expect(await runDemo(temporary, ['--twice'])).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/usage: npm run demo:fleet/),
      });
      expect(existsSync(temporary) && readdirSync(temporary)).toEqual([]);
    });
  },
);
