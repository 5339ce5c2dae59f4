import { SEVERITIES } from '../../../types.js';
import { safeJson } from '../../escape.js';
import type { ShownExemption, ShownFinding } from '../shown/types.js';
import type { Head, Piece, Row } from './format.js';

/** So many findings are one piece, or so many characters of their names: a piece has to stay a string. */
const ROWS = 2000;
const CHARACTERS = 1_000_000;

/** JSON that can stand in a script element: nothing in it ends the element or begins a comment. */
export function scriptJson(value: unknown): string {
  return safeJson(value).replaceAll('<', '\\u003c');
}

/** Findings as pieces, in their order. */
export function* pieces(findings: Iterable<ShownFinding>): Generator<Piece> {
  const encoder = new Encoder();
  let rows: Row[] = [];
  let characters = 0;
  for (const finding of findings) {
    rows.push(encoder.row(finding));
    characters += finding.path.length + finding.file.length + (finding.note?.length ?? 0);
    if (rows.length < ROWS && characters < CHARACTERS) continue;
    yield encoder.piece(rows);
    rows = [];
    characters = 0;
  }
  if (rows.length > 0) yield encoder.piece(rows);
}

class Encoder {
  private readonly heads = new Table<Head>();
  private readonly folders = new Table<string>();
  private readonly hashes = new Table<string>();
  private readonly owners = new Table<string>();
  private readonly notes = new Table<string>();
  private readonly exemptions = new Table<ShownExemption>();

  row(finding: ShownFinding): Row {
    const { severity, what, isNew, path, file, note, owner, exemption } = finding;
    const [folder, name] = splitPath(path);
    const [fileFolder, fileName] = splitPath(file);
    const head: Head = [SEVERITIES.indexOf(severity), what, isNew ? 1 : 0, finding.uncovered ? 1 : 0];
    return [
      this.heads.place(head.join(' '), head),
      finding.place,
      this.folders.place(folder, folder),
      name,
      name === fileName ? this.folders.place(fileFolder, fileFolder) : file,
      this.hash(finding.expected),
      this.hash(finding.actual),
      finding.size,
      finding.mode,
      owner === null ? null : this.owners.place(owner, owner),
      finding.modified,
      finding.changed,
      finding.firstSeen,
      note === null ? null : this.notes.place(note, note),
      exemption === null ? null : this.exemptions.place(Object.values(exemption).join('\0'), exemption),
    ];
  }

  piece(rows: readonly Row[]): Piece {
    return {
      heads: this.heads.fresh(),
      folders: this.folders.fresh(),
      hashes: this.hashes.fresh(),
      owners: this.owners.fresh(),
      notes: this.notes.fresh(),
      exemptions: this.exemptions.fresh(),
      rows,
    };
  }

  private hash(hash: string | null): number | null {
    return hash === null ? null : this.hashes.place(hash, hash);
  }
}

/** Values that are numbered in the order in which they are met. */
class Table<Value> {
  private readonly places = new Map<string, number>();
  private unsent: Value[] = [];

  place(key: string, value: Value): number {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.places.size);
    this.unsent.push(value);
    return this.places.size - 1;
  }

  /** Those that were met since this was asked last. */
  fresh(): Value[] {
    const fresh = this.unsent;
    this.unsent = [];
    return fresh;
  }
}

function splitPath(path: string): [folder: string, name: string] {
  const end = path.lastIndexOf('/') + 1;
  return [path.slice(0, end), path.slice(end)];
}
