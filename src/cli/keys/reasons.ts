/** Names of the reasons of RFC 9580 §5.2.3.31. */
export const REVOCATION_REASONS = {
  none: 0,
  superseded: 1,
  compromised: 2,
  retired: 3,
  'invalid-user-id': 32,
} as const;
