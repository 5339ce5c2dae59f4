/**
 * Every bound on hostile input in one place. Genuine data stays far below each of them; past one, the input is
 * refused or reported as not verified, never cut short in silence.
 */

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** Largest `module.sig` read, in bytes. The largest genuine one has 1.3 MB. */
export const MAX_SIGNATURE_FILE_BYTES = 16 * MiB;

/**
 * Largest signed package (`.tgz.gpg`), and most that it may unpack to before its signature has been verified, in bytes:
 * its signature covers all of it, which is held in memory for that. Genuine ones stay below 50 MB.
 */
export const MAX_SIGNED_PACKAGE_BYTES = 256 * MiB;

/**
 * Shortest part, but for the last, of a packet whose length is told in parts, in bytes. It is the least that the first may
 * have (RFC 9580 §4.2.1.4), and the least that GnuPG writes; parts of one byte take a hundred times their size in memory.
 */
export const MIN_PART_BYTES = 512;

/** Longest line in a `module.sig`, in bytes without its line end. */
export const MAX_SIGNATURE_LINE_BYTES = 20_000;

/** Most files one manifest may list. `framework`, the largest genuine one, lists about 8,100. */
export const MAX_MANIFEST_ENTRIES = 200_000;

/** Longest path a manifest may list, in bytes (Linux PATH_MAX). */
export const MAX_LISTED_PATH_BYTES = 4096;

/** Largest key file read from a keyring given by the user, in bytes (an exported GnuPG keyring may be large). */
export const MAX_KEYRING_FILE_BYTES = 64 * MiB;

/** Largest key file read from the scanned tree, in bytes: whoever holds the tree can put anything there. */
export const MAX_TREE_KEY_FILE_BYTES = 1 * MiB;

/** Most key files read from the scanned tree; genuine systems have about ten. */
export const MAX_TREE_KEY_FILES = 10_000;

/**
 * Most bytes of key files read from the scanned tree. Genuine systems have some 30 kB; a megabyte of
 * packets as small as can be takes half a second and 100 MB of memory.
 */
export const MAX_TREE_KEYS_BYTES = 2 * MiB;

/** Most primary keys read from the scanned tree; genuine systems have about ten. */
export const MAX_TREE_KEYS = 1000;

/** Largest answer of a server that is asked for one key, in bytes; genuine ones have some kB. */
export const MAX_FETCHED_KEY_BYTES = 1 * MiB;

/** Largest file of keys fetched from a plain address, in bytes. */
export const MAX_FETCHED_FILE_BYTES = 4 * MiB;

/** Longest passphrase of a private key, and largest file that holds one, in bytes. */
export const MAX_PASSPHRASE_BYTES = 4 * KiB;

/** Longest user ID of a key, in bytes. Every signature on it hashes it anew; GnuPG draws the same line. */
export const MAX_USER_ID_BYTES = 2 * KiB;

/** Most subkeys of one key; those of genuine signers have one or two. */
export const MAX_SUBKEYS_PER_KEY = 100;

/** Most keys that one key may name as its revokers; hardly any names one. */
export const MAX_DESIGNATED_REVOKERS = 16;

/** Most keys with one 64-bit key ID that are tried: more were made to keep the scanner busy. */
export const MAX_KEYS_PER_ID = 64;

/** Largest RSA modulus that is computed with, in bits. */
export const MAX_RSA_BITS = 16_384;

/** Largest RSA public exponent, in bits; real ones have 17. */
export const MAX_RSA_EXPONENT_BITS = 32;

/** Most items (signatures) considered on one user ID, subkey or primary key. */
export const MAX_SIGNATURES_PER_COMPONENT = 1000;

/** Most signatures verified to judge one key with all its parts. */
export const MAX_SIGNATURES_PER_KEY = 4 * MAX_SIGNATURES_PER_COMPONENT;

/** Smallest RSA modulus whose signatures count, in bits. */
export const MIN_RSA_BITS = 2048;

/** Largest small text file read whole by the coordinator (`module.xml`, `.user.ini`, `.lesscache`), in bytes. */
export const MAX_TEXT_FILE_BYTES = 4 * MiB;

/**
 * Largest file that is hashed, in bytes; the largest signed ones have some 10 MB. A larger one is reported as not
 * verified: a sparse file costs nothing to make and may claim 8 EiB.
 */
export const MAX_HASHED_FILE_BYTES = 1 * GiB;

/** How much of an unlisted file is searched for PHP without `--deep`, in bytes. */
export const SNIFF_BYTES = 64 * KiB;

/** Deepest folder walked, in path components below the root. */
export const MAX_WALK_DEPTH = 4096;

/** Most entries of one folder; past this many it is reported as not verified. */
export const MAX_FOLDER_ENTRIES = 2_000_000;

/**
 * Most bytes of paths, in folders whose own path is over 512 bytes, that one walk lists. Somebody who fills one folder
 * 4096 levels deep makes every path in it a megabyte long.
 */
export const MAX_LONG_PATHS_BYTES = 64 * MiB;

/** Unlisted files up to this size are hashed and compared with the signed files. Bytes. */
export const MAX_COPY_BYTES = 8 * MiB;

/** Most worker threads. */
export const MAX_THREADS = 256;

/** Slowest reading that may be asked for, in MB a second: below it a single page waits for seconds. */
export const MIN_RATE = 0.001;

/** Fastest reading that may be asked for, in MB a second; no disk comes near. */
export const MAX_RATE = 1_000_000;

/** Largest configuration file, in bytes; what people write by hand has a few thousand. */
export const MAX_CONFIG_BYTES = 128 * KiB;

/** Longest time that the program which disables one module may take, in milliseconds; FreePBX's own takes seconds. */
export const MAX_DISABLE_MILLISECONDS = 120_000;

/** Most findings that are remembered of one scan, the worst first; somebody may plant millions every night. */
export const MAX_KEPT_FINDINGS = 20_000;

/** Most modules that are remembered of one scan; genuine systems have about a hundred. */
export const MAX_KEPT_MODULES = 10_000;

/** Longest path that is remembered whole, in bytes (Linux PATH_MAX); nesting folders makes megabytes. */
export const MAX_KEPT_PATH_BYTES = 4096;

/** Most bytes of paths and notes that are remembered of one scan. */
export const MAX_KEPT_BYTES = 16 * MiB;

/** Largest package, in bytes, as it lies there and unpacked; the largest genuine ones unpack to some 100 MB. */
export const MAX_PACKAGE_BYTES = 2 * GiB;

/** How many times its own size a package may unpack to; genuine ones stay below 30, what was made to fill a disk has 1000. */
export const MAX_PACKAGE_RATIO = 100;

/** Up to this size, in bytes, it does not matter how well a package was compressed. */
export const MAX_PACKAGE_BYTES_AT_ANY_RATIO = 16 * MiB;

/** Longest path in a package, in bytes, its one folder included: short enough to be unpacked in any place. */
export const MAX_PACKAGE_PATH_BYTES = 1024;

/** Longest name of one file or folder in a package, in bytes (Linux NAME_MAX): a longer one cannot be unpacked. */
export const MAX_PACKAGE_NAME_BYTES = 255;

/** Most bytes that a package says of one entry besides its header: a long path, times. */
export const MAX_PACKAGE_EXTENSION_BYTES = 8 * KiB;

/** Most bytes of small files that are kept while a package is read, besides `module.sig` and `module.xml`. */
export const MAX_PACKAGE_KEPT_BYTES = 64 * MiB;

/** Largest file of a fleet's own key, in bytes; one of Ed25519 has some 120. */
export const MAX_FLEET_KEY_BYTES = 4 * KiB;

/** Longest report as its host hands it to the coordinator, in bytes of text. */
export const MAX_REPORT_TEXT_BYTES = 24 * MiB;

/** Most values in the JSON of a coordinator's message or of a report: lists and objects, and what is in them. */
export const MAX_FLEET_VALUES = 2_000_000;

/** The same of what a host says, whose reports are texts in it; the longest has some 30. */
export const MAX_HOST_VALUES = 100;

/** Most characters of one message in the queue: what is larger is not fetched. Packed reports have a tenth of their text. */
export const MAX_SEALED_CHARACTERS = 16 * MiB;

/** Longest sentence in a message of a fleet, in characters. */
export const MAX_FLEET_TEXT = 2000;

/** Most modules of a store that machines scan together. */
export const MAX_STORE_MODULES = 100_000;

/** Most modules in one batch of such a scan. */
export const MAX_BATCH_MODULES = 16;

/** Most bytes of signature files in one batch, unless one module has more: they list some 5,000 files. */
export const MAX_BATCH_SIGNATURE_BYTES = 512 * KiB;

/** Longest token for enrolling, in characters; they have some 250. */
export const MAX_TOKEN_CHARACTERS = 1000;

/** Most notes of such a report, and most warnings of one signature. */
export const MAX_FLEET_NOTES = 1000;

/** Most earlier scans that such a report tells of. */
export const MAX_FLEET_PAST_SCANS = 1000;

/** Longest detail that is kept of a message that was refused, in characters. */
export const MAX_REFUSAL_DETAIL = 500;

/** Most messages of one host that wait in the queue; the newest of more are dropped. One a night is usual. */
export const MAX_WAITING_MESSAGES = 1000;

/** Most of them that are dropped at once, so that Redis serves others in between. */
export const MAX_FLOOD_DROPPED = 5000;

/** Most messages of one host that are taken in one round: no host keeps the others waiting. */
export const MAX_MESSAGES_A_ROUND = 20;

/** Most characters of what a host says of how far it is; it has some 500. */
export const MAX_PROGRESS_CHARACTERS = 4096;

/** Most characters of messages that are held in memory at once. */
export const MAX_BATCH_CHARACTERS = 32 * MiB;
/** Most answers that a host of a fleet keeps for its coordinator; past it the oldest is dropped. */
export const MAX_SPOOLED_REPORTS = 200;

/** Most bytes of them. */
export const MAX_SPOOLED_BYTES = 256 * MiB;

/** Most jobs that a host of a fleet remembers to have done, of those that could still be put into the queue again. */
export const MAX_DONE_JOBS = 10_000;

/** Largest file that holds the password of Redis, in bytes. */
export const MAX_QUEUE_PASSWORD_BYTES = 4 * KiB;

/** Largest file of certificates of authorities, in bytes; that of a whole system has some 200 kB. */
export const MAX_AUTHORITY_FILE_BYTES = 1 * MiB;
