import { createHash } from 'node:crypto';
import { shippedText } from '../../shipped.js';

/** What every report has in it, byte for byte the same. */
export interface Assets {
  readonly script: string;
  readonly style: string;
  /** What the page may do: run this script, use this style, and nothing else. */
  readonly policy: string;
  /** What a page without a script may do. */
  readonly quietPolicy: string;
}

let loaded: Assets | undefined;

/** Read once, and only by whoever writes such a report. @throws Error of the system call where they were not built */
export function assets(): Assets {
  loaded ??= load();
  return loaded;
}

function load(): Assets {
  const script = shippedText('report.js');
  const style = shippedText('report.css');
  const styleOnly = [`style-src '${hashOf(style)}'`, 'img-src data:', "base-uri 'none'", "form-action 'none'"];
  return {
    script,
    style,
    policy: ["default-src 'none'", `script-src '${hashOf(script)}'`, ...styleOnly].join('; '),
    quietPolicy: ["default-src 'none'", ...styleOnly].join('; '),
  };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
