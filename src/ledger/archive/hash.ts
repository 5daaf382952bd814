import { hash } from 'node:crypto';

/** The SHA-256 by which a body is known, in hexadecimal. */
export function hashOf(bytes: Buffer): string {
  return hash('sha256', bytes, 'hex');
}
