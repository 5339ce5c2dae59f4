import {
  armor,
  encryptKey,
  enums,
  generateKey as generateOpenpgpKey,
  type PrivateKey,
  readPrivateKeys,
  SecretKeyPacket,
} from 'openpgp';
import { DataError } from '../errors.js';
import { SIGNING_CONFIG } from './make-signature.js';

/** `ed25519` is the EdDSA of GnuPG 2.2 (algorithm 22). With SHA-1 only the RSA keys make signatures that GnuPG accepts. */
export type KeyType = 'ed25519' | 'rsa2048' | 'rsa4096' | 'nistP256';

export interface KeyOptions {
  name: string;
  /** @default none: the user ID is the name alone */
  email?: string;
  /** @default 'ed25519' */
  type?: KeyType;
  /** When the key was made. @default now */
  created?: Date;
  /** Counted from `created`. @default the key never expires */
  expiresInSeconds?: number;
}

/** A version 4 key with private parts: a primary key, its user IDs, and subkeys, if it has any. */
export class SecretKey {
  /** The primary key's, 40 upper-case hexadecimal digits. */
  readonly fingerprint: string;
  /** The fingerprint's last 16 digits, by which FreePBX names signers and key files. */
  readonly keyId: string;
  readonly #key: PrivateKey;

  /** For {@link generateKey} and {@link readSecretKey} only. */
  constructor(key: PrivateKey) {
    this.#key = key;
    this.fingerprint = key.getFingerprint().toUpperCase();
    this.keyId = this.fingerprint.slice(-16);
  }

  /** The public half, binary (a transferable public key of RFC 9580, section 10.1). */
  publicKey(): Uint8Array {
    return this.#key.toPublic().write();
  }

  /** The public half, in ASCII armor. Never the secret one. */
  armored(): string {
    return armorPublicKey(this.publicKey());
  }

  /** The whole key, the private parts included, in ASCII armor: locked with the passphrase, or open where it is `null`. */
  async armoredSecret(passphrase: string | null): Promise<string> {
    const locked = passphrase === null ? this.#key : await encryptKey({ privateKey: this.#key, passphrase });
    return armorWithChecksum(enums.armor.privateKey, locked.write());
  }

  /** Whether a private part needs a passphrase before it can be used. */
  get isLocked(): boolean {
    return this.#parts().some((part) => !part.isDecrypted());
  }

  /**
   * Opens the private parts. Before one of them signs, {@link validate} has to look at it.
   * @throws DataError when the passphrase is wrong.
   */
  async unlock(passphrase: string): Promise<void> {
    for (const part of this.#parts().filter((part) => !part.isDecrypted())) {
      try {
        await part.decrypt(passphrase);
      } catch (cause) {
        throw new DataError('the passphrase is wrong', { cause });
      }
    }
  }

  /**
   * Checks that each open private part belongs to its public part. Under a foreign one it would give its secret away with
   * the first signature.
   * @throws DataError
   */
  async validate(): Promise<void> {
    for (const part of this.#parts()) {
      try {
        await part.validate();
      } catch (cause) {
        throw new DataError('its private part does not belong to its public part', { cause });
      }
    }
  }

  /**
   * The packet that signs as the primary key or the subkey with this fingerprint; `undefined` where the private part is
   * not there (an "offline" primary key).
   */
  part(fingerprint: string): SecretKeyPacket | undefined {
    return this.#parts().find((part) => part.getFingerprint().toUpperCase() === fingerprint);
  }

  /** The packet that certifies and revokes. @throws DataError where the primary key's private part is not there. */
  get primary(): SecretKeyPacket {
    const part = this.part(this.fingerprint);
    if (part === undefined) throw new DataError(`the private part of the primary key ${this.fingerprint} is not there`);
    return part;
  }

  /** Those whose private part is there. */
  #parts(): SecretKeyPacket[] {
    return this.#key
      .getKeys()
      .map(({ keyPacket }) => keyPacket)
      .filter((packet): packet is SecretKeyPacket => packet instanceof SecretKeyPacket && !packet.isDummy());
  }
}

const CURVES = { ed25519: 'ed25519Legacy', nistP256: 'nistP256' } as const;
const RSA_BITS = { rsa2048: 2048, rsa4096: 4096 } as const;

/** Makes a key that certifies and signs, without subkeys and without a passphrase. */
export async function generateKey(options: KeyOptions): Promise<SecretKey> {
  const { name, email, type = 'ed25519', created, expiresInSeconds } = options;
  const algorithm =
    type === 'rsa2048' || type === 'rsa4096'
      ? ({ type: 'rsa', rsaBits: RSA_BITS[type] } as const)
      : ({ type: 'ecc', curve: CURVES[type] } as const);
  const { privateKey } = await generateOpenpgpKey({
    ...algorithm,
    userIDs: [email === undefined ? { name } : { name, email }],
    subkeys: [],
    format: 'object',
    config: SIGNING_CONFIG,
    ...(created === undefined ? {} : { date: created }),
    ...(expiresInSeconds === undefined ? {} : { keyExpirationTime: expiresInSeconds }),
  });
  return new SecretKey(privateKey);
}

const ARMORED_KEYS = /^-----BEGIN PGP PRIVATE KEY BLOCK-----/gm;

/**
 * Reads a private key, armored or binary, as GnuPG and {@link SecretKey.armoredSecret} write it.
 * @throws DataError when there is none, more than one, or one that is not of version 4.
 */
export async function readSecretKey(bytes: Uint8Array): Promise<SecretKey> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isBinary = ((file[0] ?? 0) & 0x80) !== 0;
  let keys: PrivateKey[];
  try {
    keys = await (isBinary
      ? readPrivateKeys({ binaryKeys: file })
      : readPrivateKeys({ armoredKeys: file.toString('latin1') }));
  } catch (cause) {
    throw new DataError('it holds no private key that can be read', { cause });
  }
  const [key, ...others] = keys;
  if (key === undefined) throw new DataError('it holds no private key');
  // Of several armored blocks only the first is read above.
  const blocks = isBinary ? 1 : (file.toString('latin1').match(ARMORED_KEYS) ?? []).length;
  if (others.length > 0 || blocks > 1) throw new DataError('it holds more than one private key');
  if (key.getFingerprint().length !== 40) throw new DataError('it holds a key of another version than 4');
  return new SecretKey(key);
}

/** A binary public key in ASCII armor, as FreePBX keeps its `.key` files. */
export function armorPublicKey(publicKey: Uint8Array): string {
  return armorWithChecksum(enums.armor.publicKey, publicKey);
}

/** A signature packet in ASCII armor. */
export function armorSignature(signature: Uint8Array): string {
  return armorWithChecksum(enums.armor.signature, signature);
}

/** GnuPG before 2.4 fails on some armor blocks without the CRC-24 line. */
function armorWithChecksum(type: enums.armor, bytes: Uint8Array): string {
  const emitChecksum = true;
  return armor(type, bytes, undefined, undefined, undefined, emitChecksum);
}
