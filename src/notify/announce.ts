import { writeMessage } from '../core/notification/message.ts';
import { newsOf } from '../core/notification/news.ts';
import { toInstant } from '../core/time/instant.ts';
import { hasEndpoints } from '../ledger/queries/endpoints/sweeps.ts';
import { prepareExpectedVerdicts } from '../ledger/queries/endpoints/verdicts.ts';
import { enqueue } from '../ledger/record/outbox.ts';
import type { Recorded } from '../ledger/record/record.ts';
import type { TimelineRun } from '../ledger/record/timeline.ts';
import type { Ledger } from '../ledger/store/open.ts';
import type { Receivers } from './receivers.ts';

/** A run that may have news. */
export interface AnnouncedRun {
  readonly recorded: Recorded;
  readonly source: string;
  readonly scope: string;
  /** The run of the accepted list before this one; undefined on the first run. */
  readonly previous: TimelineRun | undefined;
}

/** Puts the news of a run, if there is any, into the outbox. Called within the run's transaction. */
export function announce(
  ledger: Ledger,
  webhook: NonNullable<Receivers['webhook']>,
  { recorded, source, scope, previous }: AnnouncedRun,
  { randomId, now }: { readonly randomId: () => string; readonly now: () => Date },
): void {
  if (recorded.status !== 'changed') return;
  const { runId, observedAt, size: models, models: changes } = recorded;
  const before = { previousObservedAt: previous?.observedAt ?? null, previousScope: previous?.scope ?? null };
  const verdictOf = hasEndpoints(ledger) ? prepareExpectedVerdicts(ledger, observedAt) : () => null;
  const list = { run: runId, observedAt, ...before, source, scope, models, changes, verdictOf };
  const news = newsOf(list, webhook.filter);
  if (news === undefined) return;
  enqueue(ledger, {
    messageId: `msg_${randomId()}`,
    runId,
    channel: webhook.format,
    payload: writeMessage(webhook.format, news),
    createdAt: toInstant(now()),
  });
}
