import { UsageError } from '../../core/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What may stand in a header: visible ASCII. Anything else would make the HTTP library quote the key in its error. */
const WELL_FORMED = /^[\x21-\x7e]+$/;

/**
 * The key to send, or undefined when none is configured (the list is public).
 * Looked for in `OPENROUTER_API_KEY`, then in the file that `OPENROUTER_API_KEY_FILE` names, then in systemd's
 * `$CREDENTIALS_DIRECTORY/openrouter_api_key`; the first that is set decides.
 * @param readFile reads a file as text; fails with `code: 'ENOENT'` where there is none
 * @throws UsageError when a named file cannot be read or the key is malformed; its text is never repeated
 */
export function readApiKey(env: Env, readFile: (path: string) => string): string | undefined {
  if (env.OPENROUTER_API_KEY) return checkApiKey(withoutNewline(env.OPENROUTER_API_KEY), 'OPENROUTER_API_KEY');
  if (env.OPENROUTER_API_KEY_FILE) return readKeyFile(env.OPENROUTER_API_KEY_FILE, 'OPENROUTER_API_KEY_FILE', readFile);
  if (!env.CREDENTIALS_DIRECTORY) return undefined;
  const path = `${env.CREDENTIALS_DIRECTORY}/openrouter_api_key`;
  try {
    return readKeyFile(path, 'the credential openrouter_api_key', readFile);
  } catch (error) {
    // systemd hands over the directory for other credentials too: without this one there is simply no key.
    if (error instanceof UsageError && error.code === 'key_file_missing') return undefined;
    throw error;
  }
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

function readKeyFile(path: string, origin: string, readFile: (path: string) => string): string {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new UsageError(
      missing ? 'key_file_missing' : 'key_file_unreadable',
      `The file of ${origin}, ${JSON.stringify(path)}, ${missing ? 'does not exist' : 'cannot be read'}; nothing was sent.`,
      { hint: `Correct ${origin}, or unset it: the list is public.`, cause: error },
    );
  }
  return checkApiKey(withoutNewline(text), origin);
}

function withoutNewline(text: string): string {
  return text.replace(/(?:\r?\n)+$/, '');
}
