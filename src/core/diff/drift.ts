import type { FieldChange, ListChange, Shift } from './changes.ts';

/** One key that came, went or changed its type on many models in one run: a change of the format, not of the models. */
export interface Drift {
  /** The leaf's dotted path. */
  readonly keyPath: string;
  readonly shift: Shift;
  readonly models: number;
  /** Of how many models that are in both snapshots. */
  readonly compared: number;
}

/** It takes at least so many models, and this share of the models in both snapshots. */
export const DRIFT_MODELS = 10;
export const DRIFT_SHARE = 0.5;

/**
 * Finds the drift in one run's changes.
 * @param changes of the models in both snapshots
 * @param compared how many models are in both snapshots
 */
export function findDrift(changes: Iterable<ListChange>, compared: number): Drift[] {
  const found = new Map<string, Drift>();
  for (const change of changes) {
    if (!canDrift(change)) continue;
    const { field: keyPath, shift } = change;
    const models = (found.get(driftKey(change))?.models ?? 0) + 1;
    found.set(driftKey(change), { keyPath, shift, models, compared });
  }
  return [...found.values()].filter(({ models }) => models >= DRIFT_MODELS && models >= compared * DRIFT_SHARE);
}

/** The same changes, with the cause `drift` on those that are part of one. */
export function markDrift(changes: readonly ListChange[], drifts: readonly Drift[]): readonly ListChange[] {
  if (drifts.length === 0) return changes;
  const keys = new Set(drifts.map(({ shift, keyPath }) => driftKey({ shift, field: keyPath })));
  return changes.map((change) =>
    canDrift(change) && keys.has(driftKey(change)) ? { ...change, cause: 'drift' as const } : change,
  );
}

function canDrift(change: ListChange): change is FieldChange & { readonly shift: Shift } {
  return change.type === 'updated' && change.cause === null && change.shift !== null;
}

function driftKey({ shift, field }: { shift: Shift; field: string }): string {
  return `${shift} ${field}`;
}
