import { UsageError } from '../errors.ts';
import { isObject, parseJson } from '../reading/json.ts';

/**
 * The contents of the messages where the text is a chat, `[{"role","content"}]` or `{"messages":[…]}`; else the text.
 * @param name of the text, for errors
 * @throws UsageError where a message has a part that is no text
 */
export function readTexts(text: string, name: string): string[] {
  if (!/^\s*[[{]/.test(text) || !/"role"\s*:/.test(text)) return [text];
  const messages = messagesOf(text);
  if (messages === undefined) return [text];
  return messages.flatMap((message, index) => contentsOf(message, `message ${index + 1} of ${name}`));
}

function messagesOf(text: string): readonly unknown[] | undefined {
  try {
    const value = parseJson(text);
    const list = isObject(value) ? value.messages : value;
    return Array.isArray(list) && list.every((item) => isObject(item) && 'role' in item) ? list : undefined;
  } catch {
    // A text that only looks like JSON.
    return undefined;
  }
}

/** The text of a message; the tokens of images and files cannot be counted. */
function contentsOf(message: unknown, where: string): string[] {
  const content = isObject(message) ? message.content : undefined;
  if (typeof content === 'string') return [content];
  if (content === null || content === undefined) return [];
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  if (parts.length === 0) throw new UsageError('no_text', `${where} has no text; nothing was counted.`);
  return parts.map((part) => {
    if (isObject(part) && typeof part.text === 'string') return part.text;
    throw new UsageError('not_text', `${where} has a part that is no text; nothing was counted.`, {
      hint: 'Images and files are counted by their own rules: bill them with --image-tokens.',
    });
  });
}
