import { messageOf, UsageError } from '../../../core/errors.ts';
import { decodeText, SAVE_AS_UTF8 } from '../../../core/reading/text/encoding.ts';
import { readTexts } from '../../../core/tokens/messages.ts';

export interface PostedText {
  /** The text as it was typed; empty if a file was chosen. */
  readonly typed: string;
  /** The messages of a chat, or else the text alone. */
  readonly texts: readonly string[];
  /** The name of the file; null for a typed text. */
  readonly file: string | null;
}

/**
 * Reads the text of a form: the chosen file, or else what was typed.
 * @throws UsageError when there is neither, or the file is not text
 */
export async function readPostedText(form: FormData): Promise<PostedText> {
  const file = form.get('file');
  if (file instanceof File && file.size > 0) {
    const name = file.name === '' ? 'the file' : file.name;
    return { typed: '', texts: readTexts(decode(await file.arrayBuffer(), name), name), file: name };
  }
  // Browsers end every line of a field with a carriage return, which nobody typed.
  const text = form.get('text');
  const typed = typeof text === 'string' ? text.replaceAll('\r\n', '\n') : '';
  if (typed === '') throw new UsageError('no_text', 'There is no text: type one, or choose a file.');
  return { typed, texts: readTexts(typed, 'the text'), file: null };
}

/** The other fields of a form, in the form of a query. */
export function queryOf(form: FormData, names: readonly string[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of names) {
    for (const value of form.getAll(name)) if (typeof value === 'string') query.append(name, value);
  }
  return query;
}

function decode(bytes: ArrayBuffer, name: string): string {
  try {
    return decodeText(new Uint8Array(bytes));
  } catch (cause) {
    throw new UsageError('no_text', `${name} cannot be read as a text (${messageOf(cause)}).`, {
      hint: SAVE_AS_UTF8,
      cause,
    });
  }
}
