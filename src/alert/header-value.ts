/** Text that may stand in a header of a mail or a request: printable ASCII without spaces, at most 100 characters. */
export function headerValue(text: string): string {
  return text.replace(/[^!-~]/g, '_').slice(0, 100);
}
