import { TEXTS_ALONE, tokenCountWords, totalWords } from '../../../core/format/tokenWords.ts';
import { digits } from '../../../core/format/units.ts';
import { overlapping } from '../../../core/tokens/textBill.ts';
import { AsOfField, Ids, Problem, TextField } from '../form.tsx';
import { Layout, ModelLink } from '../layout.tsx';
import { Mark, numeric, Table } from '../table.tsx';
import { line } from '../words.ts';
import type { CostPage, CostResult } from './costData.ts';
import { TextForm } from './textForm.tsx';

export function CostOfText({ page }: { readonly page: CostPage }) {
  const { frame, models, completionTokens, times, typed, problem, result } = page;
  return (
    <Layout frame={frame}>
      <h1>What a text costs</h1>
      <p>
        Models cut the same text into different numbers of tokens, and one pays by the model's own count. The text is
        counted, and not kept.
      </p>
      <TextForm site={frame.site} asOf={null} {...{ completionTokens, times, typed }}>
        <TextField
          label="Models or patterns, with commas; none: all"
          name="model"
          value={models}
          size={40}
          list="ids"
          placeholder="openai/*, claude-sonnet-4.5"
        />
        <AsOfField value={frame.asOf} />
        <Ids ids={page.ids} />
      </TextForm>
      <Problem words={problem} />
      {result === null ? null : <Result result={result} frame={frame} />}
    </Layout>
  );
}

function Result({ result, frame }: { readonly result: CostResult } & Pick<CostPage, 'frame'>) {
  const { bills, name, characters, free, hasVocabulary, times } = result;
  const overlaps = overlapping(bills);
  return (
    <section aria-labelledby="result">
      <h2 id="result">The cheapest first</h2>
      <p class="count">
        {line(name)}, {digits(characters)} characters{times === 1n ? '' : `, ${digits(times)} times`}.{' '}
        {free === 0 ? '' : `${digits(free)} models that cost nothing are left out; name them to have them counted.`}
      </p>
      <Table
        label="Tokens and costs by model"
        kind="costs"
        headings={['Model', numeric('Tokens'), numeric('USD'), 'Counted how']}
      >
        {bills.map((bill) => (
          <tr>
            <th scope="row" class="name">
              <ModelLink id={bill.model} frame={frame} />
            </th>
            <td class="number">{tokenCountWords(bill.count) || '–'}</td>
            <td class="number">
              {totalWords(bill) || (bill.problem ?? '–')}
              {overlaps.has(bill) ? <Mark>overlaps one above</Mark> : null}
            </td>
            <td>
              {bill.count.method} <span class="note">{line(bill.count.basis)}</span>
            </td>
          </tr>
        ))}
      </Table>
      <p class="note">
        {TEXTS_ALONE} Where ranges overlap, nobody can say which is cheaper.
        {hasVocabulary ? '' : ' This server has no vocabulary of OpenAI’s at hand, so no count is exact.'}
      </p>
    </section>
  );
}
