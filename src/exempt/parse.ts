import { z } from 'zod';
import { SigsweepError } from '../errors.js';
import { type BytePath, fromLatin1, fromText } from '../files/bytepath.js';
import { dayOf } from '../words.js';
import { DocumentError, parseYaml } from '../yaml/document.js';
import { EXPIRY_FORM, endOf, latestEnd } from './dates.js';
import { EXEMPTIBLE_KINDS, type ExemptionEntry, identityOf } from './entry.js';
import { Glob, problemOfGlob, problemOfWidth } from './glob.js';

/** Longest reason and author, in characters. */
const MOST_CHARACTERS = 500;

/** Every glob is asked about many files. */
const MOST_GLOBS = 200;

/** A byte that was no text when the file was read, or half a character: it would stand for another name. */
const NO_TEXT = /[\uFFFD\p{Cs}]/u;

/**
 * Reads the text of an exemptions file.
 * @param file its name, for messages.
 * @returns the entries in their order.
 * @throws SigsweepError EXEMPTIONS_MALFORMED, with the lines.
 */
export function parseExemptions(text: string, file: string, now: Date): readonly ExemptionEntry[] {
  try {
    return parseYaml(text, documentOf(now)).value;
  } catch (cause) {
    if (!(cause instanceof DocumentError)) throw cause;
    throw new SigsweepError('EXEMPTIONS_MALFORMED', `${file}: ${cause.message}`, { cause });
  }
}

const string = z.string({
  error: ({ input }) =>
    input === undefined ? 'is missing' : 'give text, with quotes around what YAML would take for something else',
});

const words = string.trim().min(1, 'is empty').max(MOST_CHARACTERS, `is longer than ${MOST_CHARACTERS} characters`);

const name = string.refine((text) => !NO_TEXT.test(text), 'is no text: give the exact bytes in base64');

const base64 = z.base64({ error: 'give the bytes in base64, as the JSON report does' }).min(1, 'is empty');

/** One entry as it is written. */
const written = z.strictObject({
  module: name.optional(),
  moduleBase64: base64.optional(),
  outside: z.literal(true, { error: 'give true, or module instead' }).optional(),
  path: name.optional(),
  pathBase64: base64.optional(),
  glob: name.optional(),
  kind: z.enum(EXEMPTIBLE_KINDS, { error: `give one of ${EXEMPTIBLE_KINDS.join(', ')}` }).optional(),
  sha256: string.regex(/^[0-9a-f]{64}$/, 'give 64 lower-case hex digits').optional(),
  reason: words,
  author: words,
  expires: string,
});

type Written = z.output<typeof written>;
type Context = z.core.$RefinementCtx;

function documentOf(now: Date) {
  const entry = written.transform((given, context): ExemptionEntry => {
    const say = (key: keyof Written, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    const module = moduleOf(given, context);
    const place = placeOf(given, context);
    const kind = given.kind ?? null;
    const sha256 = given.sha256 ?? null;
    if (kind === 'missing' && sha256 !== null) say('sha256', 'what is missing has no content');
    if ((kind === 'altered' || kind === 'downgraded') && sha256 === null) say('kind', `what is ${kind} needs a sha256`);
    if (kind !== null && kind !== 'unlisted' && given.glob !== undefined) say('glob', `what is ${kind} needs its path`);
    const expires = endOf(given.expires);
    if (expires === null) say('expires', `give ${EXPIRY_FORM}`);
    else if (expires > latestEnd(now))
      say('expires', `is more than a year away: give ${dayOf(latestEnd(now))} at most`);
    return { module, place, kind, sha256, reason: given.reason, author: given.author, expires: expires ?? now };
  });
  return z
    .strictObject({ exemptions: z.array(entry).nullish() })
    .transform(({ exemptions }, context): readonly ExemptionEntry[] => {
      const entries = exemptions ?? [];
      refuseDuplicates(entries, context);
      refuseManyGlobs(entries, context);
      return entries;
    });
}

function moduleOf({ module, moduleBase64, outside }: Written, context: Context): BytePath | null {
  const given = [module, moduleBase64, outside].filter((value) => value !== undefined);
  if (given.length !== 1) {
    context.addIssue({ code: 'custom', message: 'give one of module, moduleBase64 and outside: true' });
  }
  if (module !== undefined) return fromText(module);
  return moduleBase64 === undefined ? null : bytesOf(moduleBase64);
}

function placeOf({ path, pathBase64, glob }: Written, context: Context): BytePath | Glob {
  const given = [path, pathBase64, glob].filter((value) => value !== undefined);
  if (given.length !== 1) context.addIssue({ code: 'custom', message: 'give one of path, pathBase64 and glob' });
  const place = pathBase64 === undefined ? fromText(path ?? glob ?? '') : bytesOf(pathBase64);
  const problem = problemOfPath(place) ?? (glob === undefined ? null : (problemOfGlob(glob) ?? problemOfWidth(glob)));
  if (given.length === 1 && problem !== null) {
    const key = glob !== undefined ? 'glob' : path !== undefined ? 'path' : 'pathBase64';
    context.addIssue({ code: 'custom', path: [key], message: problem });
  }
  return glob === undefined ? place : new Glob(place);
}

/** No finding has such a path: whoever wrote it meant another one. */
function problemOfPath(path: BytePath): string | null {
  if (path.startsWith('/')) return 'is relative to the module, or to the web root outside of modules: no / before it';
  const odd = path.split('/').some((part) => part === '' || part === '.' || part === '..');
  return odd ? 'is written without empty components, . and ..' : null;
}

function refuseDuplicates(entries: readonly ExemptionEntry[], context: Context): void {
  const seen = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const first = seen.get(identityOf(entry));
    if (first === undefined) seen.set(identityOf(entry), index);
    else {
      const message = `is the same as exemptions[${first + 1}]: keep one of them`;
      context.addIssue({ code: 'custom', path: ['exemptions', index], message });
    }
  }
}

function refuseManyGlobs(entries: readonly ExemptionEntry[], context: Context): void {
  const globs = [...entries.keys()].filter((index) => typeof entries[index]?.place !== 'string');
  const first = globs[MOST_GLOBS];
  if (first === undefined) return;
  const message = `is one glob more than the ${MOST_GLOBS} there may be`;
  context.addIssue({ code: 'custom', path: ['exemptions', first], message });
}

function bytesOf(base64Text: string): BytePath {
  return fromLatin1(Buffer.from(base64Text, 'base64').toString('latin1'));
}
