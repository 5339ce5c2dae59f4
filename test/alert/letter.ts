/** The headers of a mail, unfolded, each with its values as they were sent. */
export function headersOf(mail: string): Map<string, string[]> {
  const [head = ''] = mail.split(/\r?\n\r?\n/, 1);
  const headers = new Map<string, string[]>();
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const [, name = '', value = ''] = /^([!-9;-~]+): ?(.*)$/.exec(line) ?? [];
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value]);
  }
  return headers;
}

/** A header's text with its encoded words (RFC 2047) read. */
export function decodeHeader(value: string): string {
  return value
    .replace(/(\?=)\s+(=\?)/g, '$1$2')
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      /b/i.test(encoding) ? Buffer.from(text, 'base64').toString() : decodeQuoted(text.replaceAll('_', ' ')),
    );
}

/** The text of a mail of one part. */
export function bodyOf(mail: string): string {
  const body = mail.slice(/\r?\n\r?\n/.exec(mail)?.index ?? 0).replace(/^\r?\n\r?\n/, '');
  const encoding = headersOf(mail).get('content-transfer-encoding')?.[0] ?? '7bit';
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  return encoding === 'quoted-printable' ? decodeQuoted(body.replace(/=\r?\n/g, '')) : body;
}

function decodeQuoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
