import { UsageError } from '../core/errors.ts';

/**
 * A settings file as text, without the mark that some editors put before it.
 * @throws UsageError when it is not UTF-8: read as if it were, its lines would be lost without a word
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
