import { UsageError } from '../core/errors.ts';
import { TEXT_SCOPE, widens } from '../core/reading/scope.ts';
import type { Source } from './source.ts';

/**
 * What the list covers: according to a URL; else to the person, the data file, or upstream's default.
 * @throws UsageError when the data file is about another list
 */
export function chooseScope(source: Source, given: string | undefined, known: string | undefined): string {
  if (source.kind === 'url' && given !== undefined && given !== source.scope) {
    const words = `The source covers ${source.scope}, not ${given}; nothing was written.`;
    throw new UsageError('scope_contradicted', words, { hint: 'Leave --scope out: a URL names its own.' });
  }
  const scope = source.kind === 'url' ? source.scope : (given ?? known ?? TEXT_SCOPE);
  if (known !== undefined && known !== scope && !widens(known, scope)) {
    const message = `The data file is about the list ${known}, the source covers ${scope}; nothing was written.`;
    throw new UsageError('other_scope', message, {
      hint: `Ask for the list of the data file (${known}), or keep another one in a file of its own with --db FILE.`,
    });
  }
  return scope;
}
