import type { AlertEvent } from './event.js';
import { alertLines, alertTitle, linesWithin } from './text.js';

/** Longest text, in characters before escaping: what every receiver of this kind takes without cutting it. */
const MOST_TEXT = 3000;

/**
 * The body for Slack and what takes the same (Mattermost, Rocket.Chat): a title and the text as a
 * block of code. Nothing in it is a link, a mention or a format.
 */
export function slackBody(event: AlertEvent): string {
  const text = linesWithin(alertLines(event), MOST_TEXT).join('\n');
  return JSON.stringify({ text: `${inert(alertTitle(event))}\n\`\`\`\n${inert(text)}\n\`\`\`` });
}

/**
 * `&`, `<` and `>` as Slack asks for, so that no `<!channel>` or link is left; no back-tick to end the block; and a space
 * without width behind each @, which others take for a mention wherever it stands.
 */
function inert(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('`', "'")
    .replaceAll('@', '@\u200b');
}
