/** What becomes of the commands in documents, where they do not simply end with 0. */
import type { World } from './world.js';

/** What a placeholder in a command stands for on the machine of {@link World}. */
export function filledIn(command: string, world: World): string {
  return command.replaceAll('FINGERPRINT', world.vendor);
}

interface Expectation {
  readonly command: RegExp;
  /** The exit codes that it may end with. @default [0] */
  readonly codes?: readonly number[];
  /** Shell commands for what the reader has done meanwhile. @default nothing */
  readonly before?: string;
  readonly why: string;
}

/** The first that fits a command counts. */
export const EXPECTATIONS: readonly Expectation[] = [
  { command: /^(?:sudo )?sigsweep scan .*\|\| /, why: 'what stands behind || takes the exit code' },
  { command: /^(?:sudo )?sigsweep scan\b/, codes: [1], why: 'two files of the system are signed by nobody' },
  { command: /^sigsweep enforce$/, codes: [1], why: "a signer's certification was revoked in the line before" },
  { command: /^sigsweep keys refresh /, codes: [2], why: 'there is no network, and so no such server' },
  {
    command: /^sigsweep keys certify /,
    before: "export SIGSWEEP_KEYS_FINGERPRINT=$(grep -oEm1 '[0-9A-F]{40}' request.txt)",
    why: 'the authority has heard the fingerprint on the telephone',
  },
  {
    command: /^sigsweep bench\b/,
    codes: [0, 3],
    why: 'a busy machine may have no time for it in the second that it gets',
  },
  {
    command: /^sigsweep verify cdr-17\.0\.1\.tgz/,
    before: 'sigsweep pack /var/www/html/admin/modules/cdr --output . >/dev/null',
    why: 'the package was downloaded',
  },
  {
    command: /^sudo install -m 640 -g redis \S+\/redis\.conf /,
    before:
      'mkdir -p /usr/share/doc/sigsweep /etc/redis /var/lib/redis; cp -r "$INSTALLED/examples" /usr/share/doc/sigsweep; getent group redis || groupadd redis',
    why: 'both packages of Debian were installed',
  },
  {
    command: /^sudo systemctl restart redis-server$/,
    before: `cat >/usr/local/bin/systemctl <<'END'
#!/bin/sh
command -v redis-server || exit 0
redis-server /etc/redis/redis.conf >/run/redis.log &
for wait in $(seq 100); do grep 'Ready to accept connections' /run/redis.log && exit 0; sleep 0.1; done
cat /run/redis.log
exit 1
END
chmod 755 /usr/local/bin/systemctl`,
    why: 'no systemd runs here, in whose place Redis is started by hand, with all that was made before',
  },
  {
    command: /^sha256sum --check --ignore-missing SHA256SUMS$/,
    before: 'cp /usr/local/bin/sigsweep sigsweep-0.1.0-linux-x64; sha256sum sigsweep-0.1.0-linux-x64 >SHA256SUMS',
    why: 'the single executable was downloaded, in place of which stands the program that is installed',
  },
];

interface Elsewhere {
  readonly command: RegExp;
  /** A file that runs it, or that is what it runs. */
  readonly file: string;
  /** What stands in that file. */
  readonly text: string;
}

/** Commands that cannot run beside other tests: they build, install, run all tests or take minutes. Each runs elsewhere. */
export const ELSEWHERE: readonly Elsewhere[] = [
  { command: /^npm run demo:fleet$/, file: 'test/fleet/demo.test.ts', text: 'runDemo(' },
  { command: /^sudo sigsweep agent --queue /, file: 'test/fleet/agent.test.ts', text: "'--token-file'" },
  ...['enroll', 'watch', 'scan'].map((word) => ({
    command: new RegExp(`^sigsweep fleet ${word} `),
    file: 'test/fleet/fleet-commands.test.ts',
    text: `('${word}', `,
  })),
  { command: /^sudo sigsweep agent --store /, file: 'test/fleet/store-workers.ts', text: "'--store'" },
  { command: /^sudo sigsweep scan \S+ --queue /, file: 'test/fleet/store-scan.test.ts', text: "'--queue'" },
  { command: /^npm ci && npm start$/, file: '.ci/run', text: 'npm start' },
  { command: /^npm start -- scan/, file: '.ci/run', text: 'npm start' },
  { command: /^npm ci && npm test$/, file: '.ci/run', text: 'npm test' },
  { command: /^npm (?:ci|test)$/, file: '.ci/run', text: 'npm ci\n' },
  { command: /^npm run build$/, file: '.ci/run', text: 'npm run --silent build' },
  { command: /^npm run lint$/, file: '.ci/run', text: 'npm run lint' },
  { command: /^npm run typecheck$/, file: '.ci/run', text: 'npm run typecheck' },
  { command: /^npm ci --prefix tools$/, file: '.ci/run', text: 'npm ci --prefix tools' },
  { command: /^npm run check:package$/, file: '.ci/run', text: 'npm run check:package' },
  { command: /^npm run test:runtimes -- --others$/, file: '.ci/run', text: 'npm run test:runtimes -- --others' },
  { command: /^npm ci && npm install --global \.$/, file: '.ci/run', text: 'npm install --silent --global' },
  { command: /^npm run package$/, file: '.ci/package', text: 'npm run --silent package' },
  { command: /^sudo apt-get install redis-server$/, file: '.ci/run', text: 'redis-server openssl' },
  { command: /^sudo dpkg -i sigsweep_[\d.]+-1_amd64\.deb$/, file: '.ci/package', text: 'dpkg -i ' },
  { command: /^sudo dpkg -r sigsweep$/, file: '.ci/package', text: 'dpkg -r sigsweep' },
  { command: /^sudo dpkg -P sigsweep$/, file: '.ci/package', text: 'dpkg -P sigsweep' },
  { command: /^npx vitest run test\/\w+$/, file: 'package.json', text: '"test": "vitest run"' },
  { command: /^npm run fuzz -- all --seconds 20$/, file: '.ci/run', text: 'fuzz -- all --seconds 20' },
  { command: /^npm run campaign -- --runs \d+ --seed \d+$/, file: 'test/campaign/campaign.test.ts', text: "'--seed'" },
];

interface Checked {
  readonly command: RegExp;
  /** Whose text names every option that the command has. */
  readonly usage: string;
}

/** Commands that measure, for minutes and on a machine of their own, and what they are installed for: how they are written is checked. */
export const CHECKED: readonly Checked[] = [
  { command: /^node bench\/generate\.mjs \/tmp\/system /, usage: 'bench/generate.mjs' },
  { command: /^docker compose up -d$/, usage: 'examples/redis/docker-compose.yml' },
  { command: /^npm run (?:docs:api|screenshots)$/, usage: 'package.json' },
  { command: /^npm run bench:peers$/, usage: 'package.json' },
  { command: /^npm run bench:fleet$/, usage: 'package.json' },
  { command: /^npm run bench(?: -- .*)?$/, usage: 'bench/arguments.mjs' },
  { command: /^node bench\/latency\.mjs \S+ /, usage: 'bench/latency.mjs' },
  { command: /^node bench\/profile\.mjs \S+ /, usage: 'bench/profile.mjs' },
];
