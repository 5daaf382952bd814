import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { readApiKey } from '../../src/upstream/openrouter/credentials.ts';

const KEY = 'sk-or-v1-0123456789abcdef';

/** Files by path; any other does not exist. */
function files(contents: Record<string, string>): (path: string) => string {
  return (path) => {
    const text = contents[path];
    if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    return text;
  };
}

function failure(run: () => unknown): UsageError {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error('it did not fail as it should');
}

describe('the API key', () => {
  it('is absent when nothing names one', () => {
    expect(readApiKey({}, files({}))).toBeUndefined();
    expect(readApiKey({ OPENROUTER_API_KEY: '', OPENROUTER_API_KEY_FILE: '' }, files({}))).toBeUndefined();
  });

  it('comes from the environment before any file', () => {
    const env = { OPENROUTER_API_KEY: KEY, OPENROUTER_API_KEY_FILE: '/key', CREDENTIALS_DIRECTORY: '/run/c' };
    expect(readApiKey(env, files({ '/key': 'other' }))).toBe(KEY);
  });

  it.each([KEY, `${KEY}\n`, `${KEY}\r\n`, `${KEY}\n\n`])(
    'comes from the named file, its newline left out: %j',
    (text) => {
      expect(readApiKey({ OPENROUTER_API_KEY_FILE: '/key' }, files({ '/key': text }))).toBe(KEY);
    },
  );

  it('comes from the credentials directory last', () => {
    expect(readApiKey({ CREDENTIALS_DIRECTORY: '/run/c' }, files({ '/run/c/openrouter_api_key': `${KEY}\n` }))).toBe(
      KEY,
    );
  });

  it('may be missing from the credentials directory, which serves other credentials too', () => {
    expect(readApiKey({ CREDENTIALS_DIRECTORY: '/run/c' }, files({}))).toBeUndefined();
  });

  it('must be in a file that was named for it', () => {
    const error = failure(() => readApiKey({ OPENROUTER_API_KEY_FILE: '/nowhere' }, files({})));
    expect([error.code, error.exitCode, error.message]).toEqual([
      'secret_file_missing',
      2,
      'The file of OPENROUTER_API_KEY_FILE, /nowhere, does not exist; nothing was sent.',
    ]);
  });

  it('must be in a credential that can be read', () => {
    const unreadable = (): string => {
      throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
    };
    expect(failure(() => readApiKey({ CREDENTIALS_DIRECTORY: '/run/c' }, unreadable)).code).toBe(
      'secret_file_unreadable',
    );
  });

  it.each([`${KEY} x`, `${KEY}\nx-evil: 1`, ` ${KEY}`, `${KEY}\t`, `${KEY}\0`, `${KEY}é`, `${KEY}\u202e`, ` ${KEY}\n`])(
    'is refused without a word of it: %j',
    (key) => {
      const fromEnv = failure(() => readApiKey({ OPENROUTER_API_KEY: key }, files({})));
      const fromFile = failure(() => readApiKey({ OPENROUTER_API_KEY_FILE: '/key' }, files({ '/key': key })));
      for (const error of [fromEnv, fromFile]) {
        expect([error.code, error.exitCode]).toEqual(['malformed_key', 2]);
        expect(inspect(error, { depth: 8, showHidden: true })).not.toMatch(/sk-or|0123456789|evil/);
      }
    },
  );

  it('is refused when its file is empty', () => {
    const error = failure(() => readApiKey({ OPENROUTER_API_KEY_FILE: '/key' }, files({ '/key': '\n' })));
    expect(error.message).toBe('The file of OPENROUTER_API_KEY_FILE, /key, is empty; nothing was sent.');
  });
});
