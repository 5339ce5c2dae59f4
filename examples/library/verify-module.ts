/**
 * Verifies one module before it is installed: a package, or its folder. Prints its verdict and who signed it.
 * `node verify-module.js PATH KEYRING [ANCHOR …]`
 */
import { verifyModule } from 'sigsweep';

const [path = '.', keyring = '', ...anchors] = process.argv.slice(2);
const signal = AbortSignal.timeout(60_000);
// In the calling thread: one module is hashed before threads have started.
const report = await verifyModule(path, { keyrings: [keyring], anchors, threads: 0, signal });
for (const { verdict, reason, signature, listed, findings } of report.modules) {
  const by = signature?.signer ?? null;
  process.stdout.write(`${JSON.stringify({ verdict, reason, by, listed, findings: findings.length })}\n`);
}
// 0 is good, 1 has findings, and 3 was not looked at whole, which is not good either.
process.exitCode = report.exitCode;
