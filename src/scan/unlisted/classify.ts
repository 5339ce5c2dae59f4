import type { BytePath } from '../../files/bytepath.js';
import {
  isAssetName,
  isCodeName,
  isDataName,
  isDependency,
  isHidden,
  isLessCache,
  isMaybeServerRun,
  isPackageCache,
  isServerConfig,
  isServerRun,
  isTranslation,
} from '../../files/names.js';
import type { FileResult } from '../../hash/job.js';
import type { Severity, UnlistedClass } from '../../types.js';

/** What the name alone says of an unlisted file. `path` is relative to the web root. */
export function classOfName(path: BytePath): UnlistedClass {
  if (isServerRun(path)) return 'code';
  if (isServerConfig(path)) return 'server-config';
  if (isDependency(path)) return 'dependency';
  if (isCodeName(path)) return 'code';
  if (isLessCache(path) || isPackageCache(path)) return 'generated';
  if (isTranslation(path)) return 'translation';
  return isHidden(path) ? 'hidden' : 'other';
}

/** Whether the content of an unlisted file of this class decides what it is. Dependencies are judged by name alone. */
export function needsContent(unlisted: UnlistedClass): boolean {
  return unlisted !== 'dependency';
}

/** What name and content together say. */
export function classOfContent(byName: UnlistedClass, path: BytePath, found: FileResult): UnlistedClass {
  if (byName === 'code' || byName === 'server-config' || byName === 'dependency') return byName;
  const executeBit = (found.mode & 0o111) !== 0 && !isDataName(path);
  return found.executableContent || executeBit ? 'executable' : byName;
}

/** The severity of an unlisted file whose content is an ordinary one of its class. */
export function severityOfUnlisted(unlisted: UnlistedClass): Severity {
  switch (unlisted) {
    case 'code':
    case 'server-config':
      return 'critical';
    case 'executable':
      return 'high';
    case 'dependency':
    case 'translation':
    case 'generated':
      return 'info';
    case 'hidden':
    case 'copy':
    case 'other':
      return 'low';
  }
}

/** The severity of `<?php` inside a file that the server would not run by its name; `null` where it is usual. */
export function severityOfPhpInside(unlisted: UnlistedClass, path: BytePath): Severity | null {
  // Catalogues quote the source lines that they translate; caches are judged as PHP by their own rule.
  if (unlisted === 'translation' || unlisted === 'code' || path.endsWith('.lesscache')) return null;
  return isAssetName(path) || isMaybeServerRun(path) ? 'high' : 'medium';
}

/** Whether a listed file runs: by its name, or because it is installed where programs are. */
export function isListedCode(listed: BytePath): boolean {
  return (
    isCodeName(listed) ||
    isServerConfig(listed) ||
    /^amp_conf\/(?:s?bin|agi-bin)\//.test(listed) ||
    /(?:^|\/)agi-bin\//.test(listed)
  );
}

/** The severity of a listed file that is not as published. */
export function severityOfListed(kind: 'altered' | 'type-changed' | 'missing', code: boolean): Severity {
  if (kind === 'missing') return code ? 'high' : 'medium';
  return code ? 'critical' : 'high';
}
