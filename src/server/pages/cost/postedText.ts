import { UsageError } from '../../../core/errors.ts';
import { readTexts } from '../../../core/tokens/messages.ts';

/** A text that was sent, to be counted and forgotten. */
export interface PostedText {
  /** As it was typed; empty where a file was chosen. */
  readonly typed: string;
  /** Counted one by one: the messages where it is a chat. */
  readonly texts: readonly string[];
  /** The file's own name; null for what was typed. */
  readonly file: string | null;
}

/**
 * The text of a form: the file that was chosen, or what was typed.
 * @throws UsageError where there is neither, or the file is no text
 */
export async function readPostedText(form: FormData): Promise<PostedText> {
  const file = form.get('file');
  if (file instanceof File && file.size > 0) {
    const name = file.name === '' ? 'the file' : file.name;
    return { typed: '', texts: readTexts(decode(await file.arrayBuffer(), name), name), file: name };
  }
  // Browsers send every line of a field with a carriage return, which nobody typed.
  const text = form.get('text');
  const typed = typeof text === 'string' ? text.replaceAll('\r\n', '\n') : '';
  if (typed === '') throw new UsageError('no_text', 'There is no text: type one, or choose a file.');
  return { typed, texts: readTexts(typed, 'the text'), file: null };
}

/** The other fields, as a query: what an address of the page would say. */
export function fieldsOf(form: FormData, names: readonly string[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of names) {
    for (const value of form.getAll(name)) if (typeof value === 'string') query.append(name, value);
  }
  return query;
}

function decode(bytes: ArrayBuffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError('no_text', `${name} is no text in UTF-8.`, { cause });
  }
}
