import { CAUSES, type DefaultPrice } from '../diff/causes.ts';
import type { FieldChange } from '../diff/changes.ts';
import { compareModels } from '../diff/compareModels.ts';
import type { Endpoint } from './endpoint.ts';

/** The list's causes, and `ambiguous`: of endpoints with one label it is not clear which of them changed how. */
export const ENDPOINT_CAUSES = [...CAUSES, 'ambiguous'] as const;
type EndpointCause = (typeof ENDPOINT_CAUSES)[number];

export type EndpointFieldChange = Omit<FieldChange, 'cause'> & { readonly cause: EndpointCause | null };

const LIMITS: ReadonlySet<string> = new Set(['context_length', 'max_prompt_tokens', 'max_completion_tokens']);

/**
 * What differs between two looks at one endpoint, prices first, by the rules of the list.
 * @param defaultPrice what each component cost outside of its schedule
 */
export function compareEndpoints(before: Endpoint, after: Endpoint, defaultPrice?: DefaultPrice): FieldChange[] {
  if (before.identity === after.identity) return [];
  return compareModels(before.asModel, after.asModel, defaultPrice).map((change) =>
    change.type !== 'repriced' && LIMITS.has(change.field) ? { ...change, type: 'limits_changed' } : change,
  );
}

/**
 * How far apart two endpoints are.
 * @returns how many fields differ, and the sum of |ln(after / before)| over them, where what is no number counts as 1
 */
export function distance(before: Endpoint, after: Endpoint): { readonly fields: number; readonly drift: number } {
  const changes = compareEndpoints(before, after);
  const drift = changes.reduce((sum, { before: old, after: now }) => sum + ratio(Number(old), Number(now)), 0);
  return { fields: changes.length, drift };
}

function ratio(old: number, now: number): number {
  return old > 0 && now > 0 ? Math.abs(Math.log(now / old)) : 1;
}
