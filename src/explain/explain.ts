import { FINDING_KINDS, SEVERITIES, UNLISTED_CLASSES, VERDICTS } from '../types.js';
import type { ProgramErrorCode } from './error-codes.js';
import { FLEET_ERRORS } from './errors-of-fleets.js';
import { INPUT_ERRORS } from './errors-of-input.js';
import { KEY_ERRORS } from './errors-of-keys.js';
import { NIGHT_ERRORS } from './errors-of-nights.js';
import { EXIT_STATUS } from './exit-codes.js';
import type { Explanation, ExplanationText } from './explanation.js';
import { FINDING_KIND_TEXTS } from './finding-kinds.js';
import { REMARK_TEXTS } from './remarks.js';
import { SEVERITY_TEXTS } from './severities.js';
import { UNLISTED_CLASS_TEXTS } from './unlisted-classes.js';
import { VERDICT_TEXTS } from './verdicts.js';

/** Every error has a text: the compiler sees to it. */
const ERROR_TEXTS: Readonly<Record<ProgramErrorCode, ExplanationText>> = {
  ...INPUT_ERRORS,
  ...KEY_ERRORS,
  ...NIGHT_ERRORS,
  ...FLEET_ERRORS,
};

/** Codes of one kind, in the order in which they are listed. */
export interface ExplanationGroup {
  readonly title: string;
  readonly explanations: readonly Explanation[];
}

/** All that can be explained. */
export const EXPLANATIONS: readonly ExplanationGroup[] = [
  group('verdicts on modules', VERDICTS, VERDICT_TEXTS),
  group('findings', FINDING_KINDS, FINDING_KIND_TEXTS),
  group(
    'unlisted files, by what they are',
    UNLISTED_CLASSES.map((name) => `unlisted-${name}` as const),
    Object.fromEntries(UNLISTED_CLASSES.map((name) => [`unlisted-${name}`, UNLISTED_CLASS_TEXTS[name]])),
  ),
  group('severities', SEVERITIES, SEVERITY_TEXTS),
  group('remarks', keysOf(REMARK_TEXTS), REMARK_TEXTS),
  group('exit codes', keysOf(EXIT_STATUS), EXIT_STATUS),
  group('errors', keysOf(ERROR_TEXTS).sort(), ERROR_TEXTS),
];

const BY_CODE: ReadonlyMap<string, Explanation> = new Map(
  EXPLANATIONS.flatMap(({ explanations }) => explanations.map((one) => [one.code.toLowerCase(), one])),
);

/**
 * What a code means; `undefined` for one that there is not. Upper and lower case are the same, and so are blanks,
 * underscores and hyphens: `unlisted code`, as reports write it, is `unlisted-code`.
 */
export function explanationOf(code: string): Explanation | undefined {
  const plain = code.trim().toLowerCase();
  const [hyphens, underscores] = [plain.replaceAll(/[\s_]+/g, '-'), plain.replaceAll(/[\s-]+/g, '_')];
  return BY_CODE.get(plain) ?? BY_CODE.get(hyphens) ?? BY_CODE.get(underscores) ?? BY_CODE.get(`unlisted-${hyphens}`);
}

function group<Code extends string>(
  title: string,
  codes: readonly Code[],
  texts: Readonly<Partial<Record<Code, ExplanationText>>>,
): ExplanationGroup {
  const explanations = codes.flatMap((code) => {
    const text = texts[code];
    return text === undefined ? [] : [{ code, ...text }];
  });
  return { title, explanations };
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}
