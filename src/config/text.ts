import { UsageError } from '../core/errors.ts';

/**
 * Decodes a settings file as UTF-8, without a byte order mark.
 * @throws UsageError when it is anything else; decoded loosely, its settings would be lost without a word
 */
export function decodeText(bytes: Buffer, path: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new UsageError('not_utf8', `The file ${path} is not UTF-8 text; nothing was done.`, {
    hint: 'Save it as UTF-8; editors and shells of Windows may have written UTF-16.',
  });
}
