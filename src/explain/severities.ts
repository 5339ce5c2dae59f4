import type { Severity } from '../types.js';
import type { ExplanationText } from './explanation.js';

export const SEVERITY_TEXTS: Readonly<Record<Severity, ExplanationText>> = {
  critical: {
    title: 'as bad as an intrusion, until somebody has looked',
    meaning:
      'Code or server configuration that is altered, replaced, or that nobody signed; a module that is invalid, untrusted, revoked or wrong-module; framework or core without a signature.',
    todo: 'Look now. Until it is explained, treat the system as broken into: take it off the network if you can, and change nothing that is evidence.',
  },
  high: {
    title: 'has to be explained today',
    meaning:
      'Other listed files that are altered or replaced; missing code; a module that is expired, key-missing, unverified or downgraded; programs and PHP in files where none belongs; links out of the web root; what could not be read. By default the least severity that makes the exit code 1 and that somebody is told of.',
    todo: 'Read the findings and the lines that begin with "next".',
  },
  medium: {
    title: 'not as it should be',
    meaning:
      'Missing assets; a module without a signature that is neither framework nor core; <?php in a file of another name.',
    todo: 'Look at it when you have time, and put it right or exempt it.',
  },
  low: {
    title: 'worth knowing',
    meaning:
      'Other files that nobody signed, copies of signed files outside of ucp, and signatures made with SHA-1, as those of FreePBX itself still are.',
    todo: 'Know what they are. Nothing is urgent.',
  },
  info: {
    title: 'only counted',
    meaning:
      'What every system has: dependencies, translations, caches, copies below ucp, links that stay within the web root, the .user.ini of FreePBX.',
    todo: 'Nothing. --all lists it.',
  },
};
