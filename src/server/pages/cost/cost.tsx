import { TEXTS_ALONE, tokenCountWords, totalWords } from '../../../core/format/tokenWords.ts';
import { digits } from '../../../core/format/units.ts';
import { overlapping, type TextBill } from '../../../core/tokens/textBill.ts';
import { modelPath } from '../../site.ts';
import { Field, Problem } from '../form.tsx';
import { asOfQuery, Layout, Wide } from '../layout.tsx';
import { line } from '../words.ts';
import type { CostPage, CostResult } from './costData.ts';
import { TextForm } from './textForm.tsx';

/** What a text costs, with each model by its own count of tokens. */
export function CostOfText({ page }: { readonly page: CostPage }) {
  const { frame, models, completionTokens, times, typed, problem, result } = page;
  return (
    <Layout frame={frame}>
      <h1>What a text costs</h1>
      <p>
        Models cut the same text into different numbers of tokens, and one pays by the model's own count. The text is
        counted, and not kept.
      </p>
      <TextForm
        {...{ site: frame.site, label: 'Text to count', asOf: null, completionTokens, times, typed }}
        children={
          <>
            <Field label="Models or patterns, with commas; none: all">
              <input
                type="text"
                name="model"
                value={models}
                size={40}
                list="ids"
                autocomplete="off"
                placeholder="openai/*, claude-sonnet-4.5"
              />
            </Field>
            <Field label="As of, UTC">
              <input type="text" name="as_of" value={frame.asOf} placeholder="now" size={10} autocomplete="off" />
            </Field>
            <datalist id="ids">
              {page.ids.map((id) => (
                <option value={id} />
              ))}
            </datalist>
          </>
        }
      />
      <Problem words={problem} />
      {result === null ? null : <Result result={result} page={page} />}
    </Layout>
  );
}

function Result({
  result: { bills, name, characters, free, hasVocabulary, times },
  page: { frame },
}: {
  readonly result: CostResult;
  readonly page: CostPage;
}) {
  const overlaps = overlapping(bills);
  return (
    <section aria-labelledby="result">
      <h2 id="result">The cheapest first</h2>
      <p class="count">
        {line(name)}, {digits(characters)} characters{times === 1n ? '' : `, ${digits(times)} times`}.{' '}
        {free === 0 ? '' : `${digits(free)} models that cost nothing are left out; name them to have them counted.`}
      </p>
      <Wide label="Tokens and costs by model">
        <table class="costs">
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col" class="number">
                Tokens
              </th>
              <th scope="col" class="number">
                USD
              </th>
              <th scope="col">Counted how</th>
            </tr>
          </thead>
          <tbody>
            {bills.map((bill) => (
              <tr>
                <th scope="row" class="name">
                  <a href={frame.site.link(modelPath(bill.model), asOfQuery(frame.asOf))}>{line(bill.model)}</a>
                </th>
                <td class="number">{tokenCountWords(bill.count) || '–'}</td>
                <td class="number">
                  {totalWords(bill) || (bill.problem ?? '–')}
                  {overlaps.has(bill) ? <span class="mark">overlaps one above</span> : null}
                </td>
                <td>
                  <How bill={bill} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      <p class="note">
        {TEXTS_ALONE} Where ranges overlap, nobody can say which is cheaper.
        {hasVocabulary ? '' : ' This server has no vocabulary of OpenAI’s at hand, so no count is exact.'}
      </p>
    </section>
  );
}

function How({ bill: { count } }: { readonly bill: TextBill }) {
  return (
    <>
      {count.method} <span class="note">{line(count.basis)}</span>
    </>
  );
}
