import type { ErrorCode } from '../errors.js';

/** What an error that ended the program is called: those of {@link ErrorCode}, and two that nobody throws on purpose. */
export type ProgramErrorCode =
  | ErrorCode
  /** Anything that no code of ours foresaw. */
  | 'INTERNAL'
  | 'OPEN_FILES';
