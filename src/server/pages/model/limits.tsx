import type { LimitsPeriod } from '../../../ledger/queries/model.ts';
import { numeric, Table, TokensCell, WhenCell } from '../table.tsx';

/** How many rows are visible before the others are unfolded. */
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
    <Table
      label={label}
      headings={[...['Context', 'Of the provider shown', 'Most completion', 'Moderated'].map(numeric), 'From', 'Until']}
    >
      {limits.map((row) => (
        <tr>
          {[row.contextLength, row.topProviderContextLength, row.maxCompletionTokens].map((tokens) => (
            <TokensCell tokens={tokens} />
          ))}
          <td class="number">{row.isModerated === null ? '–' : row.isModerated ? 'yes' : 'no'}</td>
          <WhenCell at={row.validFrom} />
          <WhenCell at={row.validTo} />
        </tr>
      ))}
    </Table>
  );
}
