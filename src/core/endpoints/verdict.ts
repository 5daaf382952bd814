/**
 * What the endpoints say of a change of a listed price: the provider that is shown changed its price, or only another
 * provider is shown; `unknown` where nobody can tell. See the view `headline_changes`.
 */
export type Verdict = 'repriced' | 'other provider' | 'unknown';

const WORDS: Readonly<Record<Verdict, string | null>> = {
  repriced: 'its provider',
  'other provider': 'another provider is shown',
  unknown: null,
};

/** In words for a reader; null where there is nothing to say. */
export function verdictWords(verdict: Verdict | null | undefined): string | null {
  return verdict ? WORDS[verdict] : null;
}
