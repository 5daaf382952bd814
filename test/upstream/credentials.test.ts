import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { readApiKey } from '../../src/upstream/openrouter/credentials.ts';
import { newFolder } from '../program/program.ts';

const KEY = 'sk-or-v1-0123456789abcdef';

/** A folder of credentials with OpenRouter's key in it. */
function credentials(key: string): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'openrouter_api_key'), key);
  return folder;
}

/** A file with nothing but a key. */
function keyFile(key: string): string {
  return join(credentials(key), 'openrouter_api_key');
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
    expect(readApiKey({})).toBeUndefined();
    expect(readApiKey({ OPENROUTER_API_KEY: '', OPENROUTER_API_KEY_FILE: '' })).toBeUndefined();
  });

  it('comes from the environment before any file', () => {
    const others = { OPENROUTER_API_KEY_FILE: keyFile('other'), CREDENTIALS_DIRECTORY: credentials('another') };
    expect(readApiKey({ OPENROUTER_API_KEY: KEY, ...others })).toBe(KEY);
  });

  it.each([KEY, `${KEY}\n`, `${KEY}\r\n`, `${KEY}\n\n`])(
    'comes from the named file, its newline left out: %j',
    (text) => {
      expect(readApiKey({ OPENROUTER_API_KEY_FILE: keyFile(text) })).toBe(KEY);
    },
  );

  it('comes from a file in UTF-16, or behind a byte order mark, too', () => {
    const utf16 = Buffer.from(`\ufeff${KEY}\r\n`, 'utf16le');
    for (const bytes of [utf16, Buffer.from(utf16).swap16(), utf16.subarray(2), Buffer.from(`\ufeff${KEY}\n`)]) {
      const file = keyFile('');
      writeFileSync(file, bytes);
      expect(readApiKey({ OPENROUTER_API_KEY_FILE: file })).toBe(KEY);
    }
  });

  it('is refused, and not repeated, where its file is no text', () => {
    const file = keyFile('');
    writeFileSync(file, Buffer.from('sk-\xe9\n', 'latin1'));
    const { code, message } = failure(() => readApiKey({ OPENROUTER_API_KEY_FILE: file }));
    expect([code, message]).toEqual([
      'secret_file_unreadable',
      `The file of OPENROUTER_API_KEY_FILE, ${file}, is neither UTF-8 nor UTF-16; nothing was sent.`,
    ]);
  });

  it('comes from the credentials directory last', () => {
    expect(readApiKey({ CREDENTIALS_DIRECTORY: credentials(`${KEY}\n`) })).toBe(KEY);
  });

  it('may be missing from the credentials directory, which serves other credentials too', () => {
    expect(readApiKey({ CREDENTIALS_DIRECTORY: newFolder() })).toBeUndefined();
  });

  it('must be in a file that was named for it', () => {
    const error = failure(() => readApiKey({ OPENROUTER_API_KEY_FILE: '/nowhere' }));
    expect([error.code, error.exitCode, error.message]).toEqual([
      'secret_file_missing',
      2,
      'The file of OPENROUTER_API_KEY_FILE, /nowhere, does not exist; nothing was sent.',
    ]);
  });

  it('must be in a credential that can be read', () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'openrouter_api_key'));
    expect(failure(() => readApiKey({ CREDENTIALS_DIRECTORY: folder })).code).toBe('secret_file_unreadable');
  });

  it.each([`${KEY} x`, `${KEY}\nx-evil: 1`, ` ${KEY}`, `${KEY}\t`, `${KEY}\0`, `${KEY}é`, `${KEY}\u202e`, ` ${KEY}\n`])(
    'is refused without a word of it: %j',
    (key) => {
      const fromEnv = failure(() => readApiKey({ OPENROUTER_API_KEY: key }));
      const fromFile = failure(() => readApiKey({ OPENROUTER_API_KEY_FILE: keyFile(key) }));
      for (const error of [fromEnv, fromFile]) {
        expect([error.code, error.exitCode]).toEqual(['malformed_key', 2]);
        expect(inspect(error, { depth: 8, showHidden: true })).not.toMatch(/sk-or|0123456789|evil/);
      }
    },
  );

  it('is refused when its file is empty', () => {
    const file = keyFile('\n');
    const error = failure(() => readApiKey({ OPENROUTER_API_KEY_FILE: file }));
    expect(error.message).toBe(`The file of OPENROUTER_API_KEY_FILE, ${file}, is empty; nothing was sent.`);
  });
});
