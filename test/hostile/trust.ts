/** Section "Trust": the signer's key and who vouches for it. */
import { anchorVectors } from './trust/anchors.js';
import { certificationVectors } from './trust/certification.js';
import { signerKeyVectors } from './trust/signer-key.js';
import { subkeyVectors } from './trust/subkeys.js';
import type { Vector } from './vector.js';

export const trustVectors: readonly Vector[] = [
  ...certificationVectors,
  ...signerKeyVectors,
  ...subkeyVectors,
  ...anchorVectors,
];
