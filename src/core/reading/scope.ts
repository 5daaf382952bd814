/** What a list covers: upstream's filters as `name=value`, sorted and joined by `&`. */

/** What upstream's list covers when it is asked for without `output_modalities`, as most scrapers did. */
export const TEXT_SCOPE = 'output_modalities=text';
/** The full list. */
export const ALL_SCOPE = 'output_modalities=all';

/** Whether a file about `before` may go on with `after`: the scope widens once, from text models to all. */
export function widens(before: string, after: string): boolean {
  return before === TEXT_SCOPE && after === ALL_SCOPE;
}
