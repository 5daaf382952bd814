import { PROBLEM_WORDS, skippedWords } from '../../../core/format/billWords.ts';
import { conditionWords } from '../../../core/format/conditionWords.ts';
import { dollars } from '../../../core/format/priceWords.ts';
import { TextForm } from '../cost/textForm.tsx';
import { Actions, AsOf, Count, Field, Problem } from '../form.tsx';
import { numeric, Table } from '../table.tsx';
import type { Cost, ModelPage } from './modelData.ts';

/** A form for the quantities of a request, and their exact bill. */
export function CostForm({ cost, page: { frame, state } }: { readonly cost: Cost; readonly page: ModelPage }) {
  return (
    <section aria-labelledby="cost">
      <h3 id="cost">What a request costs</h3>
      <form class="filters" action={`${frame.site.link(frame.path)}#cost`} method="get">
        {cost.fields.map(({ name, value }) => (
          <Field label={name.replaceAll('_', ' ')}>
            <Count name={name} value={value} placeholder="0" />
          </Field>
        ))}
        <AsOf asOf={frame.asOf} />
        <Actions send="Bill it" />
      </form>
      <Problem words={cost.problem} />
      {cost.bill === null ? null : <Bill bill={cost.bill} />}
      <details>
        <summary>Count a text</summary>
        <TextForm site={frame.site} asOf={frame.asOf}>
          <input type="hidden" name="model" value={state.facts.id} />
        </TextForm>
      </details>
    </section>
  );
}

function Bill({ bill }: { readonly bill: NonNullable<Cost['bill']> }) {
  return (
    <Table
      label="The bill"
      headings={['Of', numeric('Quantity'), numeric('USD per unit'), numeric('USD'), 'Because']}
      foot={
        <tr>
          <th scope="row" colspan={3}>
            Total
          </th>
          <td class="number">
            <strong>{bill.total === null ? 'none' : dollars(bill.total)}</strong>
          </td>
          <td>{bill.skipped.map(skippedWords).join('; ')}</td>
        </tr>
      }
    >
      {bill.lines.map((line) => (
        <tr>
          <td>{line.component.replaceAll('_', ' ')}</td>
          <td class="number">{String(line.quantity)}</td>
          <td class="number">{line.unitPrice ?? '–'}</td>
          <td class="number">{line.amount ?? '–'}</td>
          <td>{line.problem === null ? conditionWords(line.condition) : PROBLEM_WORDS[line.problem]}</td>
        </tr>
      ))}
    </Table>
  );
}
