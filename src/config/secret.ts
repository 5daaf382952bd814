import { UsageError } from '../core/errors.ts';

/**
 * A secret from `NAME`, from the file that `NAME_FILE` names, or from systemd's `$CREDENTIALS_DIRECTORY/<name>`; the
 * first that is set decides, undefined when none is.
 * @param name of the environment variable; the credential is named like it in lower case, without `MODEL_LEDGER_`
 * @param readFile reads a file as text; fails with `code: 'ENOENT'` where there is none
 * @throws UsageError when a named file cannot be read or is empty; no text of it is repeated
 */
export function readSecret(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  readFile: (path: string) => string,
): string | undefined {
  if (env[name]) return env[name];
  const file = env[`${name}_FILE`];
  if (file) return readNamed(file, `${name}_FILE`, readFile);
  if (!env.CREDENTIALS_DIRECTORY) return undefined;
  const credential = name.replace(/^MODEL_LEDGER_/, '').toLowerCase();
  try {
    return readNamed(`${env.CREDENTIALS_DIRECTORY}/${credential}`, `the credential ${credential}`, readFile);
  } catch (error) {
    // The directory is there for other credentials too.
    if (error instanceof UsageError && error.code === 'secret_file_missing') return undefined;
    throw error;
  }
}

function readNamed(path: string, origin: string, readFile: (path: string) => string): string {
  let text: string;
  try {
    text = readFile(path).trim();
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new UsageError(
      isMissing ? 'secret_file_missing' : 'secret_file_unreadable',
      `the file of ${origin}, ${path}, ${isMissing ? 'does not exist' : 'cannot be read'}; nothing was done`,
      { hint: `correct ${origin}, or unset it`, cause },
    );
  }
  if (text !== '') return text;
  throw new UsageError('secret_file_empty', `the file of ${origin}, ${path}, is empty; nothing was done`, {
    hint: `put the bare value into it, or unset ${origin}`,
  });
}
