import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { type KeySetting, vaultKeyBytes } from '../core/config.ts';
import { Fault } from '../core/describe-error.ts';
import type { Vault } from '../core/ports/vault.ts';

const version = 'v1';
/** GCM's own nonce size; random, as no key will ever seal the 2^32 texts from which on repeats get likely. */
const ivBytes = 12;
const tagBytes = 16;

/**
 * Seals with the first key, opens with any. Sealed text: `v1.<key id>.<iv>.<ciphertext>.<tag>`, the last three in
 * base64url; key id and row are bound as additional data. Throws when there is no key or one has not 32 bytes.
 */
export function createVault(settings: readonly KeySetting[]): Vault {
  const keys = new Map(settings.map(({ id, base64 }) => [id, Buffer.from(base64, 'base64')]));
  const current = settings[0];
  if (current === undefined) throw new Fault('The vault needs a key: set ENCRYPTION_KEYS.');
  for (const [id, key] of keys) {
    if (key.length !== vaultKeyBytes) throw new Fault(`The encryption key ${id} must have ${vaultKeyBytes} bytes.`);
  }
  const keyOf = (id: string): Buffer => {
    const key = keys.get(id);
    if (key === undefined) {
      throw new Fault(
        `The encryption key ${JSON.stringify(id)} is not in ENCRYPTION_KEYS; put it back to open what it sealed.`,
      );
    }
    return key;
  };

  return {
    seal(plaintext, row) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', keyOf(current.id), iv, { authTagLength: tagBytes });
      cipher.setAAD(boundTo(current.id, row));
      const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return [version, current.id, ...[iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join(
        '.',
      );
    },
    open(sealed, row) {
      const { keyId, iv, ciphertext, tag } = parse(sealed);
      const decipher = createDecipheriv('aes-256-gcm', keyOf(keyId), iv, { authTagLength: tagBytes });
      decipher.setAAD(boundTo(keyId, row));
      decipher.setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
      } catch {
        // The cipher's own error says nothing more, and a cause might carry bytes.
        throw new Fault(`The sealed text of ${row} was altered, or belongs to another row.`);
      }
    },
    isStale: (sealed) => parse(sealed).keyId !== current.id,
  };
}

/** A key for another purpose (session cookies), from the current vault key: rotation changes it. */
export function deriveSecret(settings: readonly KeySetting[], purpose: string): string {
  const current = settings[0];
  if (current === undefined) throw new Fault('There is no encryption key to derive from: set ENCRYPTION_KEYS.');
  const bytes = hkdfSync('sha256', Buffer.from(current.base64, 'base64'), '', `holdfast ${purpose}`, vaultKeyBytes);
  return Buffer.from(bytes).toString('base64url');
}

const boundTo = (keyId: string, row: string): Buffer => Buffer.from(`${version}\n${keyId}\n${row}`, 'utf8');

function parse(sealed: string): { keyId: string; iv: Buffer; ciphertext: Buffer; tag: Buffer } {
  const [said, keyId, iv, ciphertext, tag, ...rest] = sealed.split('.');
  if (
    said !== version ||
    !keyId ||
    iv === undefined ||
    ciphertext === undefined ||
    tag === undefined ||
    rest.length > 0
  ) {
    throw new Fault('This is not a sealed text of the vault.');
  }
  const parts = { iv: Buffer.from(iv, 'base64url'), tag: Buffer.from(tag, 'base64url') };
  if (parts.iv.length !== ivBytes || parts.tag.length !== tagBytes) throw new Fault('The sealed text is cut short.');
  return { keyId, ...parts, ciphertext: Buffer.from(ciphertext, 'base64url') };
}
