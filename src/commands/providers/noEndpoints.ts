import { canBeServed } from '../../core/endpoints/served.ts';
import { UsageError } from '../../core/errors.ts';
import { hasEndpoints } from '../../ledger/queries/endpoints/sweeps.ts';
import { findModel } from '../../ledger/queries/model.ts';
import type { Ledger } from '../../ledger/store/open.ts';

export const NONE_RECORDED = 'The ledger has recorded no endpoints.';
export const RECORD_THEM = 'Run model-ledger endpoints sync to record who serves each model, at what price';

/** Says why it is not known who serves a model, and what to do about it. */
export function noEndpoints(ledger: Ledger, model: string): UsageError {
  const [message, hint] = reasonFor(ledger, model);
  return new UsageError('no_endpoints', message, { hint });
}

/** A hint never names a sweep that would not ask about the model. */
function reasonFor(ledger: Ledger, model: string): readonly [message: string, hint: string] {
  if (!canBeServed(model)) {
    const message = `${model} has no endpoints of its own: it passes requests on to other models.`;
    return [message, `Name the model that it passes them to; model-ledger show '${model}' tells more.`];
  }
  if (!hasEndpoints(ledger)) return [NONE_RECORDED, `${RECORD_THEM}.`];
  const message = `No endpoints of ${model} are known of then.`;
  if (findModel(ledger, model, null)?.removedAt !== null)
    return [message, 'It is not listed now, so a sweep does not ask about it; name an earlier instant with --at.'];
  return [message, `Run model-ledger endpoints sync --model '${model}' to ask who serves it now.`];
}
