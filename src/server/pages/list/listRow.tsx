import { DYNAMIC } from '../../../core/reading/price.ts';
import { dayOf } from '../../../core/time/when.ts';
import { modelPath } from '../../site.ts';
import type { ServedModel } from '../../source/lists.ts';
import { asOfQuery, type Frame } from '../layout.tsx';
import { PriceCell, TokensCell } from '../table.tsx';
import { line } from '../words.ts';
/** One model of the list. */
export function Row({
  model: { id, facets, document },
  changedAt,
  frame,
}: {
  readonly model: ServedModel;
  readonly changedAt: string | null;
  readonly frame: Frame;
}) {
  const { prompt, completion, cacheRead, contextLength, created, name } = facets;
  return (
    <tr>
      <th scope="row" class="name">
        <a href={frame.site.link(modelPath(id), asOfQuery(frame.asOf))}>{line(name ?? id)}</a>
        <Marks
          isDynamic={prompt === DYNAMIC || completion === DYNAMIC}
          isConditional={isConditional(document.pricing)}
          isFree={facets.isFree}
        />
        <span class="id">{line(id)}</span>
      </th>
      <PriceCell amount={prompt} />
      <PriceCell amount={completion} />
      <PriceCell amount={cacheRead} kind="number less" />
      <TokensCell tokens={contextLength} />
      <td class="number less">{created === null ? '–' : dayOf(new Date(created * 1000).toISOString(), 'utc')}</td>
      <td class="number less">{changedAt === null ? '–' : dayOf(changedAt, 'utc')}</td>
    </tr>
  );
}

function Marks({
  isDynamic: dynamic,
  isConditional: conditional,
  isFree: free,
}: {
  readonly isDynamic: boolean;
  readonly isConditional: boolean;
  readonly isFree: boolean;
}) {
  return (
    <>
      {dynamic ? (
        <span class="mark" title="Upstream decides its price per request">
          dynamic
        </span>
      ) : null}
      {conditional ? (
        <span class="mark" title="Other prices for long prompts or at some hours">
          conditional
        </span>
      ) : null}
      {free ? <span class="mark">free</span> : null}
    </>
  );
}

function isConditional(pricing: unknown): boolean {
  if (typeof pricing !== 'object' || pricing === null || !('overrides' in pricing)) return false;
  return Array.isArray(pricing.overrides) && pricing.overrides.length > 0;
}
