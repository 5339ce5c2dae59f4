/** What a scan needs from `module.xml`. FreePBX writes these two as plain text elements, without attributes. */
export interface ModuleXml {
  readonly rawname: string | null;
  readonly version: string | null;
}

/** Reads `<rawname>` and `<version>` of a `module.xml` (bytes as latin1). The first element of each name counts. */
export function readModuleXml(text: string): ModuleXml {
  const visible = text.replace(/<!--[\s\S]*?-->/g, '');
  return { rawname: elementText(visible, 'rawname'), version: elementText(visible, 'version') };
}

function elementText(text: string, name: string): string | null {
  const opening = `<${name}>`;
  const start = text.indexOf(opening);
  if (start < 0) return null;
  const end = text.indexOf('<', start + opening.length);
  return end < 0 ? null : text.slice(start + opening.length, end).trim();
}
