import { isObject } from '../../../core/reading/json.ts';
import { DYNAMIC } from '../../../core/reading/price.ts';
import { dayOf } from '../../../core/time/when.ts';
import type { ServedModel } from '../../source/lists.ts';
import { type Frame, ModelLink } from '../layout.tsx';
import { Mark, PriceCell, TokensCell } from '../table.tsx';
import { createdDay, line } from '../words.ts';

interface RowProps {
  readonly model: ServedModel;
  readonly changedAt: string | null;
  readonly frame: Frame;
}

export function Row({ model: { id, facets, document }, changedAt, frame }: RowProps) {
  const { prompt, completion, cacheRead, contextLength, created, name, isFree } = facets;
  const isDynamic = prompt === DYNAMIC || completion === DYNAMIC;
  return (
    <tr>
      <th scope="row" class="name">
        <ModelLink id={id} name={name} frame={frame} />
        {isDynamic ? <Mark title="Upstream decides its price per request">dynamic</Mark> : null}
        {isConditional(document.pricing) ? (
          <Mark title="Other prices for long prompts or at some hours">conditional</Mark>
        ) : null}
        {isFree ? <Mark>free</Mark> : null}
        <span class="id">{line(id)}</span>
      </th>
      <PriceCell amount={prompt} />
      <PriceCell amount={completion} />
      <PriceCell amount={cacheRead} kind="number less" />
      <TokensCell tokens={contextLength} />
      <td class="number less">{createdDay(created)}</td>
      <td class="number less">{changedAt === null ? '–' : dayOf(changedAt, 'utc')}</td>
    </tr>
  );
}

function isConditional(pricing: unknown): boolean {
  return isObject(pricing) && Array.isArray(pricing.overrides) && pricing.overrides.length > 0;
}
