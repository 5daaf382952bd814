/** What a list covers: upstream's filters as `name=value`, sorted and joined by `&`. */

/** Upstream's list without `output_modalities`, which is what people scraped. */
export const TEXT_SCOPE = 'output_modalities=text';
/** The full list. */
export const ALL_SCOPE = 'output_modalities=all';

/** Whether a file about `before` may go on with `after`: the scope widens once, from text models to all. */
export function widens(before: string, after: string): boolean {
  return before === TEXT_SCOPE && after === ALL_SCOPE;
}
