import { basePrice } from '../../../core/pricing/offers.ts';
import type { ServedEndpoint } from '../../../ledger/queries/endpoints/endpointsAt.ts';
import { Wide } from '../layout.tsx';
import { exactTokens, exactWords, line, millionWords, tokensWords } from '../words.ts';

/** Who serves a model, the cheapest first; nothing where that was never recorded. */
export function Providers({ endpoints }: { readonly endpoints: readonly ServedEndpoint[] }) {
  if (endpoints.length === 0) return null;
  return (
    <>
      <h2>Providers</h2>
      <Wide label="Who serves it">
        <table>
          <thead>
            <tr>
              <th scope="col">Provider</th>
              <th scope="col">Tag</th>
              <th scope="col">Precision</th>
              {['In, $/M', 'Out, $/M', 'Cached, $/M', 'Context', 'Most completion'].map((title) => (
                <th scope="col" class="number">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {endpoints.map((endpoint) => (
              <Row endpoint={endpoint} />
            ))}
          </tbody>
        </table>
      </Wide>
    </>
  );
}

function Row({ endpoint }: { readonly endpoint: ServedEndpoint }) {
  const { provider, tag, quantization, contextLength, maxCompletionTokens, prices } = endpoint;
  const isConditional = prices.some(({ condition }) => condition !== '');
  return (
    <tr>
      <th scope="row">
        {line(provider)}
        {isConditional ? <span class="mark">conditional</span> : null}
      </th>
      <td>{line(tag)}</td>
      <td>{line(quantization)}</td>
      {['prompt', 'completion', 'input_cache_read'].map((component) => (
        <td class="number" title={exactWords(basePrice(endpoint, component))}>
          {millionWords(basePrice(endpoint, component))}
        </td>
      ))}
      {[contextLength, maxCompletionTokens].map((tokens) => (
        <td class="number" title={exactTokens(tokens)}>
          {tokensWords(tokens)}
        </td>
      ))}
    </tr>
  );
}
