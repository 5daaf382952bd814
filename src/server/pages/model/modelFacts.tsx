import { readArray } from '../../../core/reading/json.ts';
import { minuteWords } from '../../../core/time/when.ts';
import type { ModelFacts } from '../../../ledger/queries/model.ts';
import { upstreamPage } from '../../../notify/feed.ts';
import { Wide } from '../table.tsx';
import { line, paragraphs } from '../words.ts';
import type { ModelPage } from './modelData.ts';

/** What upstream says about a model besides prices and limits. */
export function Facts({ facts, document }: { readonly facts: ModelFacts } & Pick<ModelPage, 'document'>) {
  const list = (json: string | null): string => (json === null ? '' : (readArray(json) ?? [json]).join(', '));
  const rows: readonly (readonly [string, string])[] = [
    ['Author', facts.author],
    ['Created', facts.createdAt === null ? '' : minuteWords(facts.createdAt, 'utc')],
    ['Takes', list(facts.inputs)],
    ['Gives', list(facts.outputs)],
    ['Supports', list(facts.parameters).replaceAll('_', ' ')],
    ['Tokenizer', facts.tokenizer ?? ''],
    ['Knowledge until', facts.knowledgeCutoff ?? ''],
    ['Expires', facts.expirationDate ?? ''],
    ['Alias of', facts.aliasOf ?? ''],
    ['Canonical slug', facts.canonicalSlug ?? ''],
    ['Hugging Face', facts.huggingFaceId ?? ''],
  ];
  return (
    <>
      {paragraphs(facts.description ?? '').map((text) => (
        <p class="description">{text}</p>
      ))}
      <dl>
        {rows
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{line(value)}</dd>
            </>
          ))}
      </dl>
      <p>
        <a href={upstreamPage(facts.id)} rel="noreferrer">
          Its page at OpenRouter
        </a>
      </p>
      {document === undefined ? null : <Entry document={document} />}
    </>
  );
}

function Entry({ document }: { readonly document: NonNullable<ModelPage['document']> }) {
  return (
    <details>
      <summary>The entry as upstream wrote it</summary>
      <Wide label="The entry as upstream wrote it">
        <pre>{JSON.stringify(document, null, 2).split('\n').map(line).join('\n')}</pre>
      </Wide>
    </details>
  );
}
