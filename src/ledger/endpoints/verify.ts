import { LedgerError } from '../../core/errors.ts';
import type { Ledger } from '../store/open.ts';
import { endpointTexts } from './schema/sweeps.ts';
import { EndpointTexts } from './texts.ts';

/** Every kept answer comes back with its own hash. */
export function checkTexts(ledger: Ledger): string[] {
  const texts = new EndpointTexts(ledger);
  const problems: string[] = [];
  for (const { id } of ledger.orm.select({ id: endpointTexts.id }).from(endpointTexts).all()) {
    try {
      texts.get(id);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      problems.push(`endpoint_texts: row ${id} does not come back as it was (${error.message})`);
    }
  }
  return problems;
}
