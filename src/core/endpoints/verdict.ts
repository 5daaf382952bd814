/**
 * Why a listed price changed, according to the endpoints: the provider that is shown changed its price, or another
 * provider is shown now; `unknown` where they do not tell. See the view `headline_changes`.
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
