import { type BytePath, basename } from '../files/bytepath.js';
import { isMaybeServerRun, isServerConfig } from '../files/names.js';
import type { ReadOutcome } from '../files/read.js';
import type { FileJob, FileResult } from '../hash/job.js';
import { refusedResult } from '../hash/wire.js';
import type { PackageContents, PackageFile } from '../package/contents.js';
import type { FileJobs } from './jobs.js';
import { MODULE_XML, type ModuleFiles, SIGNATURE_FILE, xmlOf } from './signature/signed-module.js';
import type { FileAccess, FileDetails } from './unlisted/file-access.js';

const MISSING: FileResult = { ...refusedResult('no such file'), outcome: 'missing' };

/** Whether a file of a package is a key that its module brings along. */
export function isPackagedKey(path: BytePath): boolean {
  return /^signatures\/[^/]+\.key$/.test(path);
}

/** Which files of a package are looked into: what is judged by more than its hash and what was seen in passing. */
export function isLookedInto(path: BytePath): boolean {
  if (path === SIGNATURE_FILE || path === MODULE_XML || isPackagedKey(path)) return true;
  return isServerConfig(path) || isMaybeServerRun(path) || path.endsWith('.lesscache');
}

/** The files of a package that was read, asked for as if they lay in a folder. */
export class PackageFiles implements FileJobs, FileAccess {
  constructor(private readonly contents: PackageContents) {}

  /** Answers at once, with all that is known, whatever the task. */
  add<Job extends FileJob>(job: Job, receive: (result: FileResult, job: Job) => void): void {
    const file = this.contents.files.get(job.path);
    receive(file === undefined ? MISSING : resultOf(file), job);
  }

  textOf(path: BytePath): string | null {
    return this.contents.files.get(path)?.bytes?.toString('latin1') ?? null;
  }

  detailsOf(path: BytePath): FileDetails {
    const file = this.contents.files.get(path);
    return file === undefined ? {} : { size: file.size, mode: file.mode, actual: file.sha256 };
  }

  /** What says which module it is. */
  moduleFiles(folder: BytePath): ModuleFiles {
    const xml = this.contents.files.get(MODULE_XML);
    const says = { rawname: null, version: null, repo: null };
    return {
      name: this.contents.name,
      folder,
      // One that is too large to be read says nothing, and is the listed one or not all the same.
      xml: xml === undefined ? null : xml.bytes === null ? { sha256: xml.sha256, says } : xmlOf(xml.bytes),
      signature: this.#read(SIGNATURE_FILE),
    };
  }

  #read(path: BytePath): ReadOutcome {
    const file = this.contents.files.get(path);
    if (file === undefined) return { ok: false, outcome: 'missing', detail: MISSING.detail };
    const { bytes, size, mode } = file;
    if (bytes === null) return { ok: false, outcome: 'too-large', detail: `${basename(path)} has ${size} bytes` };
    return { ok: true, bytes, size, mode, uid: 0, gid: 0, mtimeMs: Number.NaN, ctimeMs: Number.NaN };
  }
}

function resultOf({ sha256, size, mode, containsPhp, executableContent }: PackageFile): FileResult {
  return { ...MISSING, outcome: 'read', detail: '', sha256, size, mode, containsPhp, executableContent };
}
