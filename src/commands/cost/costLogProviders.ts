import { UsageError } from '../../core/errors.ts';
import type { PriceRow } from '../../core/pricing/applicablePrice.ts';
import { bill } from '../../core/pricing/bill.ts';
import type { PricedRequest, PricesFor } from '../../core/pricing/logBill.ts';
import type { LogEntry } from '../../core/pricing/usageLog.ts';
import { prepareEndpointPrices } from '../../ledger/queries/endpoints/endpointPrices.ts';
import { hasEndpoints } from '../../ledger/queries/endpoints/sweeps.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { NONE_RECORDED, RECORD_THEM } from '../providers/noEndpoints.ts';

/**
 * Prices a request as its provider did or, if the log does not name one, as the list did.
 * @param listed finds the listed prices
 * @throws UsageError when the ledger has no endpoints, or no line of the log names a provider
 */
export function pricesOfProviders(ledger: Ledger, entries: readonly LogEntry[], listed: PricesFor): PricesFor {
  if (!hasEndpoints(ledger)) {
    throw new UsageError('no_endpoints', NONE_RECORDED, { hint: `${RECORD_THEM}; or leave --providers out.` });
  }
  if (entries.length > 0 && entries.every(({ provider }) => provider === undefined)) {
    throw new UsageError('no_provider', 'No line of the log names a provider.', {
      hint: 'Log it as provider_name or provider, or leave --providers out: then the listed prices are taken.',
    });
  }
  const pricesOf = prepareEndpointPrices(ledger);
  return (request) => {
    const { model, provider, at } = request;
    if (provider === undefined) return listed(request);
    const [first, ...others] = pricesOf(model, provider, at);
    if (first === undefined) {
      const prices = listed(request);
      return typeof prices === 'string' ? prices : 'no_endpoint';
    }
    return others.every((prices) => costOf(prices, request) === costOf(first, request)) ? first : 'several_endpoints';
  };
}

/** Endpoints of one provider whose bills are equal need not be told apart. */
function costOf(prices: readonly PriceRow[], { usage, clock }: PricedRequest): string {
  const { total, subtotal, unbilled } = bill(prices, usage, clock);
  return JSON.stringify([total, subtotal, unbilled]);
}
