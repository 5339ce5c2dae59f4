/** What became of the line by one more byte. `end` is Ctrl-D where nothing stands, as a shell has it. */
export type LineState = 'open' | 'entered' | 'end' | 'interrupted';

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const CTRL_U = 0x15;
const ESCAPE = 0x1b;
const FIRST_PRINTABLE = 0x20;
const DELETE = 0x7f;

/**
 * A line that is typed where the terminal neither shows nor edits it, byte by byte. Cursor keys and other controls do
 * nothing: they would be part of a secret whose owner does not see them.
 */
export class HiddenLine {
  readonly #bytes: number[] = [];
  /** Within the bytes that a cursor or function key sends: directly behind Escape, or further on. */
  #sequence: 'none' | 'begun' | 'inside' = 'none';

  /** What has been typed, in bytes. */
  get bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  type(byte: number): LineState {
    switch (byte) {
      case CTRL_C:
        return 'interrupted';
      case LINE_FEED:
      case RETURN:
        return 'entered';
      case CTRL_D:
        return this.#bytes.length === 0 ? 'end' : 'open';
      case CTRL_U:
        this.#bytes.length = 0;
        return 'open';
      case BACKSPACE:
      case DELETE:
        this.#eraseCharacter();
        return 'open';
      case ESCAPE:
        this.#sequence = 'begun';
        return 'open';
    }
    if (this.#sequence !== 'none') this.#skip(byte);
    else if (byte >= FIRST_PRINTABLE) this.#bytes.push(byte);
    return 'open';
  }

  /** The whole of it: in UTF-8, bytes that begin with 10 go on with what stands before them. */
  #eraseCharacter(): void {
    while (((this.#bytes.pop() ?? 0) & 0xc0) === 0x80);
  }

  /** `Escape [ parameters letter`, `Escape [ [ letter`, `Escape O letter`, or Escape and one more. */
  #skip(byte: number): void {
    const opens = byte === 0x5b || (this.#sequence === 'begun' && byte === 0x4f);
    const isParameter = this.#sequence === 'inside' && byte < 0x40;
    this.#sequence = opens || isParameter ? 'inside' : 'none';
  }
}
