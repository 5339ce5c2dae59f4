import type { BytePath } from '../../files/bytepath.js';
import type { Severity } from '../../types.js';
import type { FleetFinding, HostList, Variant } from './types.js';
import { compareVersions } from './version.js';

/** Hosts that have a module in one way. */
export interface ModuleGroup {
  readonly name: BytePath;
  readonly version: string | null;
  readonly signer: string | null;
  readonly textSha256: string | null;
  /** When the signature says it was made; `null` where there is none. */
  readonly signedAt: number | null;
  /** Hosts that have it so. */
  readonly hosts: number;
  /** Those of them where the scan trusted the signature: the module is good, or its files are not as signed. */
  readonly trusted: number;
  /** Those of them where it is good. */
  readonly good: number;
  /** Those of them where there is no signature, or one that is none. */
  readonly unsigned: number;
}

/** Names the hosts of some groups, which are asked for only where there is something to say of them. */
export type NameHosts = (groups: readonly ModuleGroup[]) => HostList;

/**
 * What differs between hosts that have the same module. Where fewer than half are otherwise than all others together,
 * those are the odd ones; else nobody can tell, and all are named.
 * @param groups all of one module.
 */
export function moduleFindings(groups: readonly ModuleGroup[], nameHosts: NameHosts): FleetFinding[] {
  const found: FleetFinding[] = [];
  for (const version of new Set(groups.map((group) => group.version))) {
    const same = groups.filter((group) => group.version === version);
    // Of what has no version nobody knows whether it ought to be the same.
    if (version === null || same.length < 2) continue;
    found.push(...bytesDiffer(same, nameHosts), ...signatureMissing(same, nameHosts));
  }
  return [...found, ...signerDiffers(groups, nameHosts), ...behind(groups, nameHosts)];
}

/** @param same of one version */
function bytesDiffer(same: readonly ModuleGroup[], nameHosts: NameHosts): FleetFinding[] {
  const signed = same.filter(({ textSha256 }) => textSha256 !== null);
  const texts = by(signed, ({ textSha256 }) => textSha256);
  if (texts.length < 2) return [];
  // Where each signer has one list of its own, that they are several is another finding.
  const hasOne = (same: readonly ModuleGroup[]) =>
    same[0]?.signer !== null && by(same, ({ textSha256 }) => textSha256).length === 1;
  if (by(signed, ({ signer }) => signer).every(hasOne)) return [];
  const trusted = signed.every((group) => group.trusted === group.hosts);
  return [differing('bytes-differ', trusted ? 'medium' : 'high', texts, nameHosts)];
}

/** @param same of one version */
function signatureMissing(same: readonly ModuleGroup[], nameHosts: NameHosts): FleetFinding[] {
  const without = same.filter(({ textSha256, unsigned }) => textSha256 === null && unsigned > 0);
  const trusted = same.filter((group) => group.trusted > 0);
  if (without.length === 0 || trusted.length === 0) return [];
  const [missing, there] = [count(without), count(trusted)];
  const odd = there > missing && there > 1;
  const variants = [trusted, without].map((groups) => variantOf(groups, nameHosts));
  return [finding('signature-missing', odd ? 'high' : 'medium', nameHosts(without), odd, same[0]?.name, variants)];
}

function signerDiffers(groups: readonly ModuleGroup[], nameHosts: NameHosts): FleetFinding[] {
  const signers = by(
    groups.filter(({ signer }) => signer !== null),
    ({ signer }) => signer,
  );
  if (signers.length < 2) return [];
  const trusted = signers.flat().every((group) => group.trusted === group.hosts);
  return [differing('signer-differs', trusted ? 'medium' : 'high', signers, nameHosts)];
}

/** Only what one signer made can be older than what he made later, and only a good module says truly which it is. */
function behind(groups: readonly ModuleGroup[], nameHosts: NameHosts): FleetFinding[] {
  return by(
    groups.filter(({ signer, trusted }) => signer !== null && trusted > 0),
    ({ signer }) => signer,
  ).flatMap((same) => {
    const newest = newestOf(same.filter(({ good }) => good > 0));
    if (newest === null) return [];
    const older = same.filter((group) => isOlder(group, newest));
    if (older.length === 0) return [];
    const [there, ...others] = [
      same.filter(({ version }) => version === newest.version),
      ...by(older, ({ version }) => version),
    ];
    const variants = [there ?? [], ...others.sort(byCount)].map((each) => variantOf(each, nameHosts));
    return [finding('behind', 'low', nameHosts(older), true, newest.name, variants)];
  });
}

function newestOf(groups: readonly ModuleGroup[]): ModuleGroup | null {
  let newest: ModuleGroup | null = null;
  for (const group of groups) {
    if (group.version === null || compareVersions(group.version, group.version) === null) continue;
    if (newest === null || (compareVersions(newest.version ?? '', group.version) ?? 0) < 0) newest = group;
  }
  return newest;
}

/** By its number, and not by that alone: numbers may begin anew, or be taken back. */
function isOlder({ version, signedAt }: ModuleGroup, newest: ModuleGroup): boolean {
  if (version === null || (compareVersions(version, newest.version ?? '') ?? 0) >= 0) return false;
  return signedAt !== null && newest.signedAt !== null && signedAt <= newest.signedAt;
}

/** @param ways hosts that agree with each other */
function differing(
  kind: 'bytes-differ' | 'signer-differs',
  severity: Severity,
  ways: ModuleGroup[][],
  nameHosts: NameHosts,
): FleetFinding {
  const [most = [], ...others] = ways.sort(byCount);
  const odd = count(most) > count(others.flat());
  const variants = [most, ...others].map((groups) => variantOf(groups, nameHosts));
  return finding(kind, severity, nameHosts(odd ? others.flat() : ways.flat()), odd, most[0]?.name, variants);
}

function finding(
  kind: FleetFinding['kind'],
  severity: Severity,
  hosts: HostList,
  odd: boolean,
  module: BytePath | undefined,
  variants: readonly Variant[],
): FleetFinding {
  return { kind, severity, hosts, odd, module: module ?? null, variants, content: null, since: null, detail: '' };
}

/** What a variant says is what all of its groups have. */
function variantOf(groups: readonly ModuleGroup[], nameHosts: NameHosts): Variant {
  const common = <Value>(of: (group: ModuleGroup) => Value | null): Value | null => {
    const [first, ...others] = groups.map(of);
    return first !== undefined && others.every((value) => value === first) ? first : null;
  };
  return {
    version: common(({ version }) => version),
    signer: common(({ signer }) => signer),
    textSha256: common(({ textSha256 }) => textSha256),
    hosts: nameHosts(groups),
  };
}

function by(groups: readonly ModuleGroup[], key: (group: ModuleGroup) => string | null): ModuleGroup[][] {
  const parts = new Map<string | null, ModuleGroup[]>();
  for (const group of groups) {
    const part = parts.get(key(group));
    if (part === undefined) parts.set(key(group), [group]);
    else part.push(group);
  }
  return [...parts.values()];
}

function count(groups: readonly ModuleGroup[]): number {
  return groups.reduce((sum, { hosts }) => sum + hosts, 0);
}

function byCount(a: readonly ModuleGroup[], b: readonly ModuleGroup[]): number {
  return count(b) - count(a);
}
