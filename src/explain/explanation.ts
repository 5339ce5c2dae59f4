/** What a word of a report or of a message means, for a person. Plain text: nothing of it is made for a terminal. */
export interface Explanation {
  /** As reports and messages write it: `tampered`, `KEYRING_UNREADABLE`, `3`. */
  readonly code: string;
  /** A few words, without a full stop. */
  readonly title: string;
  /** What it says, and what it does not say. */
  readonly meaning: string;
  /** Why it may be, the most frequent first. */
  readonly causes?: readonly string[];
  /** What to do about it, in sentences. */
  readonly todo: string;
}

/** An explanation in the table of its kind, where the key is its code. */
export type ExplanationText = Omit<Explanation, 'code'>;
