import { readChangeQuery } from '../../core/query/changeParameters.ts';
import { justAfter } from '../../core/time/instant.ts';
import { type JudgedEvent, judgeEvents } from '../../ledger/queries/endpoints/verdicts.ts';
import { type EventFilter, type EventRow, findEvents } from '../../ledger/queries/events.ts';
import type { Answer } from '../http/answer.ts';
import { jsonAnswer } from '../http/answer.ts';
import { listAt, type Question } from '../question.ts';

/** A page of changes, newest first. */
export interface ChangePage {
  readonly events: readonly EventRow[];
  /** Where the next page begins; null if this is the last one. */
  readonly cursor: string | null;
}

/** `GET /changes`: what the command `changes` finds, with the same filters. */
export function changes(question: Question): Answer {
  const { request, view, site } = question;
  const list = listAt(question);
  const { events, cursor } = findChanges(question);
  const query = request.query();
  if (cursor !== null) query.set('cursor', cursor);
  const next = cursor === null ? null : `${site.base}${request.path}?${query}`;
  return jsonAnswer({ data: judgeEvents(view.ledger, events).map(toJson), links: { next } }, list.run.observedAt);
}

/** With the names of the columns in the table `change_events`. */
function toJson(event: JudgedEvent): object {
  const { run, model, type, field, before, after, cause, changePct, observedAt, previousObservedAt, verdict } = event;
  return {
    run_id: run,
    model_id: model,
    type,
    field,
    old_value: before,
    new_value: after,
    cause,
    change_pct: changePct,
    observed_at: observedAt,
    previous_observed_at: previousObservedAt,
    verdict,
  };
}

/**
 * Finds the changes that the parameters ask for. The cursor consists of the instant of the last event and how many events
 * of that instant have been returned, so that it stays valid when new runs are recorded.
 * @param usualLimit how many to return if no parameter says so
 */
export function findChanges({ request, view: { ledger } }: Question, usualLimit?: number): ChangePage {
  const { limit, cursor, until, ...rest } = readChangeQuery(request.parameters, () => request.now(), usualLimit);
  const at = request.asOf();
  const ends = [
    until,
    at === null ? undefined : justAfter(at),
    cursor === null ? undefined : justAfter(cursor.observedAt),
  ];
  const filter: EventFilter = { ...rest, until: ends.filter((end) => end !== undefined).sort()[0] };
  const events: EventRow[] = [];
  let toSkip = cursor?.sent ?? 0;
  let isMore = false;
  for (const event of findEvents(ledger, filter)) {
    if (cursor !== null && toSkip > 0 && event.observedAt === cursor.observedAt) {
      toSkip -= 1;
      continue;
    }
    if (events.length === limit) {
      isMore = true;
      break;
    }
    events.push(event);
  }
  const last = events.at(-1);
  if (!isMore || last === undefined) return { events, cursor: null };
  const before = cursor?.observedAt === last.observedAt ? cursor.sent : 0;
  const sent = before + events.filter(({ observedAt }) => observedAt === last.observedAt).length;
  return { events, cursor: `${last.observedAt}_${sent}` };
}
