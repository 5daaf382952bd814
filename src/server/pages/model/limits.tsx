import { minuteWords } from '../../../core/time/when.ts';
import type { LimitsPeriod } from '../../../ledger/queries/model.ts';
import { Wide } from '../layout.tsx';
import { exactTokens, tokensWords } from '../words.ts';

/** Rows that are shown before the rest is folded away. */
const FEW = 6;

/** The limits of a model, newest first. */
export function Limits({ limits }: { readonly limits: readonly LimitsPeriod[] }) {
  const newest = [...limits].reverse();
  return (
    <>
      <Rows limits={newest.slice(0, FEW)} label="Limits" />
      {newest.length <= FEW ? null : (
        <details>
          <summary>{newest.length - FEW} earlier ones</summary>
          <Rows limits={newest.slice(FEW)} label="Earlier limits" />
        </details>
      )}
    </>
  );
}

function Rows({ limits, label }: { readonly limits: readonly LimitsPeriod[]; readonly label: string }) {
  return (
    <Wide label={label}>
      <table>
        <thead>
          <tr>
            {['Context', 'Of the provider shown', 'Most completion', 'Moderated'].map((title) => (
              <th scope="col" class="number">
                {title}
              </th>
            ))}
            <th scope="col">From</th>
            <th scope="col">Until</th>
          </tr>
        </thead>
        <tbody>
          {limits.map((row) => (
            <tr>
              {[row.contextLength, row.topProviderContextLength, row.maxCompletionTokens].map((tokens) => (
                <td class="number" title={exactTokens(tokens)}>
                  {tokensWords(tokens)}
                </td>
              ))}
              <td class="number">{row.isModerated === null ? '–' : row.isModerated ? 'yes' : 'no'}</td>
              <td class="when">{minuteWords(row.validFrom, 'utc')}</td>
              <td class="when">{row.validTo === null ? '' : minuteWords(row.validTo, 'utc')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
