import { tryTo, UsageError } from '../errors.ts';
import { isObject, type JsonObject, parseJson } from '../reading/json.ts';

/**
 * The contents of the messages where the text is a chat, `[{"role","content"}]` or `{"system","messages":[…]}`; else the
 * text.
 * @param name of the text, for errors
 * @throws UsageError where there is more than texts: nobody can count what a service makes of it
 */
export function readTexts(text: string, name: string): string[] {
  if (!/^\s*[[{]/.test(text) || !/"role"\s*:/.test(text)) return [text];
  return (
    textsOfChat(
      tryTo(() => parseJson(text)),
      name,
    ) ?? [text]
  );
}

/**
 * The same of a value; undefined where it is no chat.
 * @throws UsageError where there is more than texts
 */
export function textsOfChat(value: unknown, name: string): string[] | undefined {
  const chat = chatOf(value);
  if (chat === undefined) return undefined;
  refuseTools(chat, name);
  return [
    ...(chat.system === undefined ? [] : contentsOf({ content: chat.system }, `the system prompt of ${name}`)),
    ...chat.messages.flatMap((message, index) => contentsOf(message, `message ${index + 1} of ${name}`)),
  ];
}

interface Chat extends JsonObject {
  readonly messages: readonly JsonObject[];
}

function chatOf(value: unknown): Chat | undefined {
  const chat = isObject(value) ? value : { messages: value };
  const { messages } = chat;
  if (!Array.isArray(messages)) return undefined;
  const read = messages.filter((item) => isObject(item)).filter((item) => 'role' in item);
  return read.length === messages.length ? { ...chat, messages: read } : undefined;
}

const TOOLS = ['tools', 'functions', 'tool_calls', 'function_call'];

function refuseTools(holder: JsonObject, where: string): void {
  const found = TOOLS.find((key) => isObject(holder[key]) || (Array.isArray(holder[key]) && holder[key].length > 0));
  if (found === undefined) return;
  throw new UsageError('not_text', `${where} has ${found}, which are no text; nothing was counted.`, {
    hint: 'Each service writes them into the prompt in its own way: leave them out, and count on more than is shown.',
  });
}

/** The text of a message; the tokens of images and files cannot be counted. */
function contentsOf(message: JsonObject, where: string): string[] {
  refuseTools(message, where);
  const { content } = message;
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
