/** The language of manual pages: what stands in a page has to be written so that it is not taken for a request. */

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
};

/** Text that stands for itself within a line. */
export function roff(text: string): string {
  return text
    .replace(/[\\\-'`^~]/g, (character) => SPECIAL[character] ?? character)
    .replace(
      /[^\x20-\x7e]/gu,
      (character) => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

/** A line of text: one that begins as a request would gets something invisible before it. */
export function line(text: string): string {
  return text.startsWith('.') || text.startsWith('\\(aq') ? `\\&${text}` : text;
}

export function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${roff(text)}\\fR`;
}

export function section(title: string): string {
  return `.SH ${title}`;
}

/** A title below a section; in roff a quote within quotes is written twice. */
export function subsection(title: string): string {
  return `.SS "${roff(title).replaceAll('"', '""')}"`;
}

/** A term and what it means, indented. */
export function item(term: string, text: string): string[] {
  return ['.TP', line(term), line(roff(text))];
}

export function paragraph(text: string): string[] {
  return ['.PP', line(roff(text))];
}

/** Lines that stay as they are, as commands. */
export function literal(lines: readonly string[]): string[] {
  return ['.PP', '.RS 4', '.nf', ...lines.map((text) => line(roff(text))), '.fi', '.RE'];
}

/** What the help says in lines: those that are indented stay, the others are paragraphs. */
export function described(text: string): string[] {
  const blocks: { readonly indented: boolean; readonly lines: string[] }[] = [];
  for (const one of text.split('\n')) {
    const indented = one.startsWith('  ');
    const last = blocks.at(-1);
    if (last?.indented === indented) last.lines.push(one.trim());
    else blocks.push({ indented, lines: [one.trim()] });
  }
  return blocks.flatMap(({ indented, lines }) => (indented ? literal(lines) : paragraph(lines.join(' '))));
}
