import { membersOf, OBJECT_START, skipSpace } from '../reading/scan.ts';

/** A saved file about endpoints, cut into the answers in it. */
export interface Recording {
  /** What the file itself says of when it was observed; null: nothing. */
  readonly observedAt: string | null;
  /** It is about all models at one instant: one that it lacks was not served then. */
  readonly isWhole: boolean;
  /** Whether the list itself stands in it too. */
  readonly hasList: boolean;
  /** By model; null where the answer itself says which model it is about. */
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
