import { codeOf, UsageError } from '../core/errors.ts';
import { NotText } from '../core/reading/text/encoding.ts';
import { readInputText } from './inputFile.ts';
import type { Env, OwnName } from './settings.ts';

/** The secrets that may be given in a file or as a systemd credential too: there is a setting `NAME_FILE` for each. */
export type SecretName = WithFile<OwnName>;
type WithFile<Name> = Name extends `${infer Secret}_FILE` ? Extract<OwnName, Secret> : never;

/** A secret, without the line breaks at its end, and where it came from, for messages. */
export interface Secret {
  readonly text: string;
  readonly origin: string;
}

/** The file name of a secret in systemd's `$CREDENTIALS_DIRECTORY`. */
export function credentialName(name: string): string {
  return name.replace(/^MODEL_LEDGER_/, '').toLowerCase();
}

/**
 * Reads a secret from the variable `NAME`, else from the file that `NAME_FILE` names, else from systemd's
 * `$CREDENTIALS_DIRECTORY/<name>`. Undefined when none of them is set.
 * @throws UsageError when a named file cannot be read or is empty; the message never quotes its content
 */
export function readSecret(env: Env, name: SecretName): Secret | undefined {
  const given = env[name];
  if (given) return { text: withoutNewline(given), origin: name };
  const file = env[`${name}_FILE`];
  if (file) return readNamed(file, `${name}_FILE`);
  if (!env.CREDENTIALS_DIRECTORY) return undefined;
  const credential = credentialName(name);
  try {
    return readNamed(`${env.CREDENTIALS_DIRECTORY}/${credential}`, `the credential ${credential}`);
  } catch (error) {
    // The directory may hold other credentials and not this one.
    if (error instanceof UsageError && error.code === 'secret_file_missing') return undefined;
    throw error;
  }
}

function readNamed(path: string, origin: string): Secret {
  let text: string;
  try {
    text = withoutNewline(readInputText(path));
  } catch (cause) {
    const isMissing = codeOf(cause) === 'ENOENT';
    const fault = cause instanceof NotText ? 'is neither UTF-8 nor UTF-16' : 'cannot be read';
    throw new UsageError(
      isMissing ? 'secret_file_missing' : 'secret_file_unreadable',
      `The file of ${origin}, ${path}, ${isMissing ? 'does not exist' : fault}; nothing was sent.`,
      { hint: `Correct ${origin}, or unset it.`, cause },
    );
  }
  if (text.trim() !== '') return { text, origin };
  throw new UsageError('secret_file_empty', `The file of ${origin}, ${path}, is empty; nothing was sent.`, {
    hint: `Put the bare value into it, or unset ${origin}.`,
  });
}

function withoutNewline(text: string): string {
  return text.replace(/(?:\r?\n)+$/, '');
}
