import { UsageError } from '../../core/errors.ts';
import { hasEndpoints } from '../../ledger/queries/endpoints/sweeps.ts';
import type { Ledger } from '../../ledger/store/open.ts';

/** Says why it is not known who serves a model, and what to do about it. */
export function noEndpoints(ledger: Ledger, model: string): UsageError {
  const isRecorded = hasEndpoints(ledger);
  const message = isRecorded ? `No endpoints of ${model} are known of then.` : 'The ledger has recorded no endpoints.';
  const hint = isRecorded
    ? `Run model-ledger endpoints sync --model '${model}' to ask who serves it now.`
    : 'Run model-ledger endpoints sync to record who serves each model, at what price.';
  return new UsageError('no_endpoints', message, { hint });
}
