import { SEVERITIES } from '../../../types.js';
import type { ShownExemption, ShownFinding } from '../shown/types.js';
import type { Head, Piece, Row } from './format.js';

/** All findings of a page, with what is asked of every one of them in columns of numbers. */
export class Findings {
  /** Places among severities, the worst first. */
  readonly severity: Uint8Array;
  /** Places in {@link whats}. */
  readonly what: Uint16Array;
  readonly place: Uint32Array;
  readonly isNew: Uint8Array;
  readonly exempted: Uint8Array;
  readonly uncovered: Uint8Array;
  /** The same number for the same content; -1 where no content was read. */
  readonly content: Int32Array;
  /** Every kind of finding that there is. */
  readonly whats: readonly string[];

  private readonly rows: readonly Row[];
  private readonly heads: readonly Head[];
  private readonly folders: readonly string[];
  private readonly hashes: readonly string[];
  private readonly owners: readonly string[];
  private readonly notes: readonly string[];
  private readonly exemptions: readonly ShownExemption[];
  private texts: string[] | null = null;

  constructor(pieces: readonly Piece[]) {
    this.rows = pieces.flatMap(({ rows }) => rows);
    this.heads = pieces.flatMap(({ heads }) => heads);
    this.folders = pieces.flatMap(({ folders }) => folders);
    this.hashes = pieces.flatMap(({ hashes }) => hashes);
    this.owners = pieces.flatMap(({ owners }) => owners);
    this.notes = pieces.flatMap(({ notes }) => notes);
    this.exemptions = pieces.flatMap(({ exemptions }) => exemptions);
    const { length } = this.rows;
    this.severity = new Uint8Array(length);
    this.what = new Uint16Array(length);
    this.place = new Uint32Array(length);
    this.isNew = new Uint8Array(length);
    this.exempted = new Uint8Array(length);
    this.uncovered = new Uint8Array(length);
    this.content = new Int32Array(length);
    const names = this.heads.map(([, what]) => what);
    this.whats = [...new Set(names)].sort();
    const whatOfHead = names.map((name) => this.whats.indexOf(name));
    for (const [index, row] of this.rows.entries()) {
      const head = this.heads[row[0]];
      this.severity[index] = head?.[0] ?? 0;
      this.what[index] = whatOfHead[row[0]] ?? 0;
      this.isNew[index] = head?.[2] ?? 0;
      this.uncovered[index] = head?.[3] ?? 0;
      this.place[index] = row[1];
      this.content[index] = row[6] ?? -1;
      this.exempted[index] = row[14] === null ? 0 : 1;
    }
  }

  get length(): number {
    return this.rows.length;
  }

  at(index: number): ShownFinding {
    const row = this.row(index);
    const head = this.heads[row[0]];
    const path = this.path(index);
    return {
      severity: SEVERITIES[head?.[0] ?? 0] ?? 'info',
      what: head?.[1] ?? '',
      isNew: head?.[2] === 1,
      uncovered: head?.[3] === 1,
      place: row[1],
      path,
      file: this.file(index),
      expected: textAt(this.hashes, row[5]),
      actual: textAt(this.hashes, row[6]),
      size: row[7],
      mode: row[8],
      owner: textAt(this.owners, row[9]),
      modified: row[10],
      changed: row[11],
      firstSeen: row[12],
      note: textAt(this.notes, row[13]),
      exemption: row[14] === null ? null : (this.exemptions[row[14]] ?? null),
    };
  }

  path(index: number): string {
    const row = this.row(index);
    return `${this.folders[row[2]] ?? ''}${row[3]}`;
  }

  /** What a search looks through: both paths, in small letters. */
  text(index: number): string {
    this.texts ??= this.rows.map((_, each) => this.textOf(each));
    return this.texts[index] ?? '';
  }

  /** Places of hashes that begin so. */
  hashesLike(prefix: string): ReadonlySet<number> {
    const found = new Set<number>();
    for (const [index, hash] of this.hashes.entries()) if (hash.startsWith(prefix)) found.add(index);
    return found;
  }

  hasHash(index: number, wanted: ReadonlySet<number>): boolean {
    const row = this.row(index);
    return (row[5] !== null && wanted.has(row[5])) || (row[6] !== null && wanted.has(row[6]));
  }

  /** The absolute path says both where its end is the other one. */
  private textOf(index: number): string {
    const [path, file] = [this.path(index), this.file(index)];
    return (file.endsWith(path) ? file : `${path}\n${file}`).toLowerCase();
  }

  private file(index: number): string {
    const row = this.row(index);
    return typeof row[4] === 'string' ? row[4] : `${this.folders[row[4]] ?? ''}${row[3]}`;
  }

  private row(index: number): Row {
    const row = this.rows[index];
    if (row === undefined) throw new RangeError(`there is no finding ${index}`);
    return row;
  }
}

function textAt(table: readonly string[], place: number | null): string | null {
  return place === null ? null : (table[place] ?? null);
}
