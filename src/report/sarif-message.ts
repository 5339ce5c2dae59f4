/**
 * Text as the `text` of a SARIF message. There, words in brackets are links and numbers in braces are placeholders: a
 * file name must be neither.
 */
export function messageText(text: string): string {
  return text.replace(/[\\[\]]/g, '\\$&').replace(/[{}]/g, '$&$&');
}
