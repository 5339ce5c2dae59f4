import type { ErrorCode } from 'yaml';

/**
 * What is wrong with a text that is no YAML, or YAML that is not taken here. The library's own messages quote the text
 * around the fault, which may be a password.
 */
export const FAULTS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*) takes no tag and no anchor',
  BAD_ALIAS: 'a value that begins with * or & must be quoted, unless it is an alias or an anchor',
  BAD_COLLECTION_TYPE: 'a value that begins with ! must be quoted',
  BAD_DIRECTIVE: 'a line that begins with % is a directive that is not known',
  BAD_DQ_ESCAPE: 'this escape is not known: in double quotes, write a backslash twice',
  BAD_INDENT: 'the indentation fits nothing above it',
  BAD_PROP_ORDER: 'a tag or an anchor stands in the wrong place',
  BAD_SCALAR_START: 'a value that begins with this character must be quoted',
  BLOCK_AS_IMPLICIT_KEY: 'a value that holds a colon and a space must be quoted',
  BLOCK_IN_FLOW: 'inside [ ] and { } write lists and maps with [ ] and { } too',
  DUPLICATE_KEY: 'this key stands there twice',
  IMPOSSIBLE: 'this is no YAML',
  KEY_OVER_1024_CHARS: 'this key is too long',
  MISSING_CHAR: 'a quote, a bracket, a comma, a colon or a space is missing',
  MULTILINE_IMPLICIT_KEY: 'a colon is missing, or a quote',
  MULTIPLE_ANCHORS: 'a value takes one anchor (&)',
  MULTIPLE_DOCS: 'a second document begins here: one is taken',
  MULTIPLE_TAGS: 'a value takes one tag (!)',
  NON_STRING_KEY: 'a key must be a word',
  RESOURCE_EXHAUSTION: 'this is nested too deeply',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  TAG_RESOLVE_FAILED: 'a value that begins with ! must be quoted',
  UNEXPECTED_TOKEN: 'this is no YAML: a quote may be missing',
};
