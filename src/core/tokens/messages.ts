import { UsageError } from '../errors.ts';
import { isObject, parseJson } from '../reading/json.ts';

/**
 * The contents of a chat's messages where the text is one, `[{"role","content"}]` or `{"messages":[…]}`; else the text.
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
    // Not JSON, so it is a text that only looks like it.
    return undefined;
  }
}

/** The text parts: an image or a file has tokens that no text tells. */
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
