import type { Cause } from './causes.ts';

export const LIFECYCLE_TYPES = ['added', 'removed', 'restored'] as const;
const FIELD_TYPES = ['repriced', 'limits_changed', 'updated'] as const;
export const CHANGE_TYPES = [...LIFECYCLE_TYPES, ...FIELD_TYPES] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

/** A model was added, removed, or is back. */
interface LifecycleChange {
  readonly type: (typeof LIFECYCLE_TYPES)[number];
}

/** One field of a listed model differs from the accepted snapshot before. */
export interface FieldChange {
  readonly type: (typeof FIELD_TYPES)[number];
  /** A leaf's dotted path, or a price's name as {@link priceField} gives it. */
  readonly field: string;
  /** Canonical text; null when absent. */
  readonly before: string | null;
  readonly after: string | null;
  readonly cause: Cause | null;
  /** Set where the leaf itself came, went or changed its JSON type; null where its value changed, and for prices. */
  readonly shift: Shift | null;
  /** Percent, for prices only; null where either side is missing, zero or dynamic. */
  readonly changePct: number | null;
}

export const SHIFTS = ['appeared', 'vanished', 'retyped'] as const;
export type Shift = (typeof SHIFTS)[number];

export type ListChange = LifecycleChange | FieldChange;
