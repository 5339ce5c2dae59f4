/**
 * PHP reads `.user.ini` in every folder on the way to a script. FreePBX writes one itself (`max_input_vars`);
 * directives such as `auto_prepend_file` run a file of the writer's choice before every page.
 */
export type UserIniJudgement =
  /** Only the directive that FreePBX itself sets. */
  | 'freepbx'
  /** Only limits and display settings. */
  | 'harmless'
  /** Something that runs or includes files, or that is not known to be harmless. */
  | 'dangerous';

/** What cannot make PHP read, write, include or run a file. Everything not named here counts as dangerous. */
const HARMLESS = new Set([
  'max_input_vars',
  'max_input_time',
  'max_input_nesting_level',
  'max_execution_time',
  'max_file_uploads',
  'memory_limit',
  'post_max_size',
  'upload_max_filesize',
  'file_uploads',
  'date.timezone',
  'default_charset',
  'display_errors',
  'error_reporting',
  'html_errors',
  'log_errors',
  'output_buffering',
  'short_open_tag',
  'session.gc_maxlifetime',
  'zlib.output_compression',
]);

/** Judges the text of a `.user.ini`. PHP takes a lone carriage return as a line end, so it is one here too. */
export function judgeUserIni(text: string): UserIniJudgement {
  let judgement: UserIniJudgement = 'freepbx';
  for (const [line] of text.matchAll(/[^\r\n]+/g)) {
    const stripped = line.trim();
    if (stripped === '' || stripped.startsWith(';')) continue;
    const equals = stripped.indexOf('=');
    const directive = stripped.slice(0, Math.max(0, equals)).trimEnd();
    if (!HARMLESS.has(directive) || !isPlainValue(stripped.slice(equals + 1))) return 'dangerous';
    if (directive !== 'max_input_vars') judgement = 'harmless';
  }
  return judgement;
}

/** A number, a word, a list or an expression of them, quoted or not: nothing that PHP would look up or run on from. */
function isPlainValue(text: string): boolean {
  const comment = text.indexOf(';');
  const value = (comment < 0 ? text : text.slice(0, comment)).trim();
  const quoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return /^[A-Za-z0-9_.,/ +&~|^!()-]*$/.test(quoted ? value.slice(1, -1) : value);
}
