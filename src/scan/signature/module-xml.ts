/** What is needed of a `module.xml`. FreePBX writes these as plain text elements, without attributes. */
export interface ModuleXml {
  readonly rawname: string | null;
  readonly version: string | null;
  /** Where it says it comes from. */
  readonly repo: string | null;
}

/** Longer than any name or version; a report must stay readable whatever somebody writes here. Bytes. */
export const MAX_ELEMENT_BYTES = 100;

/**
 * Reads `<rawname>`, `<version>` and `<repo>` of a `module.xml` (bytes as latin1). The first element of each name counts; one that
 * is longer than {@link MAX_ELEMENT_BYTES} counts as absent.
 */
export function readModuleXml(text: string): ModuleXml {
  const visible = withoutComments(text, '<!--', '-->');
  const [rawname, version, repo] = ['rawname', 'version', 'repo'].map((name) => elementText(visible, name));
  return { rawname: rawname ?? null, version: version ?? null, repo: repo ?? null };
}

/** The text without its comments, in linear time; one that does not end takes the rest with it. */
function withoutComments(text: string, opening: string, closing: string): string {
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    const start = text.indexOf(opening, from);
    if (start < 0) break;
    parts.push(text.slice(from, start));
    const end = text.indexOf(closing, start + opening.length);
    from = end < 0 ? text.length : end + closing.length;
  }
  return parts.join('') + text.slice(from);
}

function elementText(text: string, name: string): string | null {
  const opening = `<${name}>`;
  const start = text.indexOf(opening);
  if (start < 0) return null;
  const end = text.indexOf('<', start + opening.length);
  if (end < 0 || end - start - opening.length > MAX_ELEMENT_BYTES) return null;
  return text.slice(start + opening.length, end).trim();
}
