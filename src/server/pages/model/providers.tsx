import { basePrice } from '../../../core/pricing/offers.ts';
import type { ServedEndpoint } from '../../../ledger/queries/endpoints/endpointsAt.ts';
import { Mark, numeric, PriceCell, Table, TokensCell } from '../table.tsx';
import { line } from '../words.ts';

/** Who serves a model, the cheapest first; nothing if no endpoints were recorded. */
export function Providers({ endpoints }: { readonly endpoints: readonly ServedEndpoint[] }) {
  if (endpoints.length === 0) return null;
  return (
    <>
      <h2>Providers</h2>
      <Table
        label="Who serves it"
        headings={[
          ...['Provider', 'Tag', 'Precision'],
          ...['In, $/M', 'Out, $/M', 'Cached, $/M', 'Context', 'Most completion'].map(numeric),
        ]}
      >
        {endpoints.map((endpoint) => (
          <Row endpoint={endpoint} />
        ))}
      </Table>
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
        {isConditional ? <Mark>conditional</Mark> : null}
      </th>
      <td>{line(tag)}</td>
      <td>{line(quantization)}</td>
      {['prompt', 'completion', 'input_cache_read'].map((component) => (
        <PriceCell amount={basePrice(endpoint, component)} />
      ))}
      {[contextLength, maxCompletionTokens].map((tokens) => (
        <TokensCell tokens={tokens} />
      ))}
    </tr>
  );
}
