/**
 * sigsweep as a library: scan a FreePBX system, verify one module, sign one. Programs that use it are in
 * `examples/library`.
 *
 * @packageDocumentation
 *
 * @example
 * import { scan } from 'sigsweep';
 *
 * const report = await scan({ webRoot: '/var/www/html', keyFolder: '/etc/sigsweep/keys' });
 * process.exitCode = report.exitCode;
 */
export type { Changes, ModuleChange, ModuleChangeKind, ModuleState, PlacedFinding } from './changes.js';
export { type ErrorCode, SigsweepError } from './errors.js';
export { type BytePath, fromText, toText } from './files/bytepath.js';
export type {
  Exemption,
  FileStat,
  Finding,
  ModuleReport,
  PastScan,
  Report,
  SignatureReport,
  Summary,
} from './model.js';
export { type SignedModule, type SignOptions, signModule } from './publish/sign-module.js';
export type { SigningKeyOptions } from './publish/signer.js';
export { renderJson, renderNdjson } from './report/json.js';
export { FORMATS, type Format, reportParts } from './report/render.js';
export { renderText, type TextOptions } from './report/text.js';
export type { Progress, RunOptions, ScanOptions, TrustOptions } from './scan/options.js';
export { scan } from './scan/scan.js';
export type { LayoutOptions, MappableFolder } from './scan/system/layout.js';
export { type VerifyOptions, verifyModule } from './scan/verify-module.js';
export type { FindingKind, Policy, ScanKind, Severity, UnlistedClass, Verdict } from './types.js';
