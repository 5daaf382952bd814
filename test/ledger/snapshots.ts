import type { Snapshot } from '../../src/ledger/record/runs.ts';

/** The instant so many hours after the first of March 2026. */
export function hour(hours: number): string {
  return new Date(Date.UTC(2026, 2, 1) + hours * 3_600_000).toISOString();
}

/** A body as observed at an instant; a list of documents is written as upstream writes it. */
export function snapshot(
  observedAt: string,
  body: string | Buffer | readonly unknown[],
  more: Partial<Snapshot> = {},
): Snapshot {
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.isBuffer(body) ? body : undefined;
  return {
    trigger: 'manual',
    source: 'file:models.json',
    scope: 'output_modalities=all',
    startedAt: observedAt,
    finishedAt: observedAt,
    attempts: 1,
    httpStatus: null,
    etag: null,
    body: bytes ?? Buffer.from(JSON.stringify({ data: body })),
    observedAt,
    isAccepted: false,
    ...more,
  };
}
