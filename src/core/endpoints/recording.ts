import { OBJECT_START, skipSpace } from '../reading/scan.ts';
import { membersOf } from '../reading/walk.ts';

/** A saved file about endpoints, cut into the answers in it. */
export interface Recording {
  /** When it was observed, as the file itself tells; null where it does not. */
  readonly observedAt: string | null;
  /** Whether it is about all models at one instant, so that a model which it lacks was not served then. */
  readonly isWhole: boolean;
  /** Whether it also contains the list. */
  readonly hasList: boolean;
  /** The model is null where the answer itself names it. */
  readonly answers: readonly { readonly model: string | null; readonly body: Buffer }[];
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Reads a saved file: one model's answer, or a day of them, `{"observed_at":…,"endpoints":{"author/model":{…}}}`.
 * @throws NotJson
 */
export function readRecording(bytes: Buffer): Recording {
  let observedAt: string | null = null;
  let hasList = false;
  let answers: { model: string; body: Buffer }[] | undefined;
  for (const { key, from, to } of membersOf(bytes, skipSpace(bytes, 0))) {
    if (key === 'observed_at') observedAt = readInstant(bytes.toString('utf8', from, to));
    if (key === 'models') hasList = true;
    if (key !== 'endpoints' || bytes[from] !== OBJECT_START) continue;
    answers = membersOf(bytes, from).map((member) => ({
      model: member.key,
      body: bytes.subarray(member.from, member.to),
    }));
  }
  if (answers !== undefined) return { observedAt, isWhole: true, hasList, answers };
  return { observedAt, isWhole: false, hasList: false, answers: [{ model: null, body: bytes }] };
}

function readInstant(json: string): string | null {
  const text = json.slice(1, -1);
  const date = new Date(text);
  return INSTANT.test(text) && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}
