import { readSecret } from '../../config/secret.ts';
import type { Env } from '../../config/settings.ts';
import { UsageError } from '../../core/errors.ts';

/** Visible ASCII: anything else in a header would make the HTTP library quote the key in its error. */
const WELL_FORMED = /^[\x21-\x7e]+$/;

/**
 * The key to send, or undefined when none is configured (the list is public).
 * @throws UsageError when a named file cannot be read or the key is malformed; its text is never repeated
 */
export function readApiKey(env: Env): string | undefined {
  const secret = readSecret(env, 'OPENROUTER_API_KEY');
  return secret && checkApiKey(secret.text, secret.origin);
}

/**
 * Refuses a key that cannot be sent.
 * @param origin where the key came from, for the message
 * @throws UsageError that does not repeat the key
 */
export function checkApiKey(key: string, origin: string): string {
  if (WELL_FORMED.test(key)) return key;
  const fault = key === '' ? 'is empty' : 'contains a space, a line break or a character outside ASCII';
  throw new UsageError('malformed_key', `The API key in ${origin} ${fault}; nothing was sent.`, {
    hint: `Put the bare key into ${origin}, or unset it: the list is public.`,
  });
}
