import { constants } from 'node:fs';
import { DataError } from '../errors.js';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import { MAX_PACKAGE_KEPT_BYTES, MAX_SIGNATURE_FILE_BYTES, MAX_TEXT_FILE_BYTES } from '../limits.js';
import { FileContent } from './file-content.js';
import { PackagePaths } from './paths.js';
import type { TarEntry, TarSink } from './tar-reader.js';

/** One regular file of a package. */
export interface PackageFile {
  /** Bytes. */
  readonly size: number;
  /** Type and permission bits, as in `st_mode`. */
  readonly mode: number;
  /** SHA-256 of its content, 64 lower-case hex digits. */
  readonly sha256: string;
  /** `<?php` in any case stands in as much of it as was searched. */
  readonly containsPhp: boolean;
  /** It begins with the ELF magic or with `#!`. */
  readonly executableContent: boolean;
  /** Its content; `null` where it was not wanted or is larger than what is kept. */
  readonly bytes: Buffer | null;
}

/** What a package holds. */
export interface PackageContents {
  /** The name of the one folder that everything lies in: the module's. */
  readonly name: BytePath;
  /** Every regular file by its path below that folder. */
  readonly files: ReadonlyMap<BytePath, PackageFile>;
  /** Of all files together. */
  readonly bytes: number;
}

/** How the files of a package are looked at. */
export interface CollectOptions {
  /** Which files' content is kept, by their path below the module's folder. */
  readonly wanted: (path: BytePath) => boolean;
  /** In how many of a file's first bytes PHP is looked for. */
  readonly sniffBytes: number;
  /** Told of each file: how many there were by then, and of how many bytes. */
  readonly onFile?: (files: number, bytes: number) => void;
}

const SIGNATURE = fromLatin1('module.sig');

/** What says which module this is: kept whatever else was. */
const ESSENTIAL: ReadonlySet<string> = new Set([SIGNATURE, 'module.xml']);

/** Takes what an archive holds, file by file. */
export class ContentsCollector implements TarSink {
  readonly #paths = new PackagePaths();
  readonly #files = new Map<BytePath, PackageFile>();
  #current: { readonly path: BytePath; readonly entry: TarEntry; readonly content: FileContent } | null = null;
  #bytes = 0;
  #keptBytes = 0;

  constructor(private readonly options: CollectOptions) {}

  begin(entry: TarEntry): void {
    this.#paths.add(entry.path, entry.kind);
    if (entry.kind === 'folder') return;
    const path = fromLatin1(entry.path.slice((this.#paths.top ?? '').length + 1));
    const content = new FileContent(this.options.sniffBytes, this.#keeps(path, entry.size));
    this.#current = { path, entry, content };
  }

  content(bytes: Buffer): void {
    this.#current?.content.push(bytes);
  }

  finish(): void {
    if (this.#current === null) return;
    const { path, entry, content } = this.#current;
    this.#current = null;
    this.#bytes += entry.size;
    this.#files.set(path, {
      size: entry.size,
      mode: constants.S_IFREG | entry.mode,
      sha256: content.sha256(),
      containsPhp: content.containsPhp,
      executableContent: content.executableContent,
      bytes: content.bytes,
    });
    this.options.onFile?.(this.#files.size, this.#bytes);
  }

  /** @throws DataError where there was nothing. */
  contents(): PackageContents {
    const name = this.#paths.top;
    if (name === null) throw new DataError('the package holds nothing');
    return { name, files: this.#files, bytes: this.#bytes };
  }

  #keeps(path: BytePath, size: number): boolean {
    if (!this.options.wanted(path)) return false;
    if (size > (path === SIGNATURE ? MAX_SIGNATURE_FILE_BYTES : MAX_TEXT_FILE_BYTES)) return false;
    if (ESSENTIAL.has(path)) return true;
    if (this.#keptBytes + size > MAX_PACKAGE_KEPT_BYTES) return false;
    this.#keptBytes += size;
    return true;
  }
}
