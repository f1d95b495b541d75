import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Vault } from '../../application/vault.ts';
import { installKey } from './install-key.ts';

const NONCE = 12;
const TAG = 16;

/**
 * AES-256-GCM and HMAC-SHA-256 under keys that are derived (HKDF) from the key of this installation. The key stands in
 * the same private directory as what it seals: it protects copies, backups and readers of single files, not against
 * who can read the whole directory.
 */
export function createVault(stateDir: string): Vault {
  const keys = new Map<string, Buffer>();
  const keyFor = (purpose: string): Buffer => {
    const key = keys.get(purpose) ?? Buffer.from(hkdfSync('sha256', installKey(stateDir), '', purpose, 32));
    keys.set(purpose, key);
    return key;
  };
  return {
    hash: (text) => createHmac('sha256', keyFor('hash')).update(text).digest('hex'),
    seal: (text) => {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', keyFor('seal'), nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', keyFor('seal'), bytes.subarray(0, NONCE), {
        authTagLength: TAG,
      });
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      const text = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
      return text.toString('utf8');
    },
  };
}
