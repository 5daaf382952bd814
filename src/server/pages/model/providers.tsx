import { perMillion } from '../../../core/format/words.ts';
import { basePrice } from '../../../core/pricing/offers.ts';
import type { ServedEndpoint } from '../../../ledger/queries/endpoints.ts';
import { Wide } from '../layout.tsx';
import { exactTokens, line, tokensWords } from '../words.ts';

const PRICES = [
  ['In /M', 'prompt'],
  ['Out /M', 'completion'],
  ['Cache read /M', 'input_cache_read'],
] as const;

/** Who serves a model, the cheapest first; nothing where no endpoints are known. */
export function Providers({ endpoints }: { readonly endpoints: readonly ServedEndpoint[] }) {
  if (endpoints.length === 0) return null;
  return (
    <>
      <h2>Who serves it</h2>
      <Wide label="Providers">
        <table>
          <thead>
            <tr>
              <th scope="col">Provider</th>
              {PRICES.map(([title]) => (
                <th scope="col" class="number">
                  {title}
                </th>
              ))}
              <th scope="col">Precision</th>
              <th scope="col" class="number">
                Context
              </th>
              <th scope="col" class="number">
                Most completion
              </th>
            </tr>
          </thead>
          <tbody>
            {endpoints.map((endpoint) => (
              <tr>
                <th scope="row" title={line(endpoint.tag)}>
                  {line(endpoint.provider)}
                </th>
                {PRICES.map(([, component]) => (
                  <td class="number">{priceOf(endpoint, component)}</td>
                ))}
                <td>{endpoint.quantization === null ? '–' : line(endpoint.quantization)}</td>
                {[endpoint.contextLength, endpoint.maxCompletionTokens].map((tokens) => (
                  <td class="number" title={exactTokens(tokens)}>
                    {tokensWords(tokens)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </>
  );
}

function priceOf(endpoint: ServedEndpoint, component: string): string {
  const amount = basePrice(endpoint, component);
  return amount === null ? '–' : perMillion(amount);
}
