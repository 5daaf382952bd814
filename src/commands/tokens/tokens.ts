import { UsageError } from '../../core/errors.ts';
import { tokenCountWords } from '../../core/format/tokenWords.ts';
import { digits } from '../../core/format/units.ts';
import { MEASURED_ON } from '../../core/tokens/ratios.ts';
import { rangeOf, type TokenCount } from '../../core/tokens/tokenCount.ts';
import { countedModels } from '../../ledger/queries/model.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { TextCounter } from '../../tokenizers/count.ts';
import { INSTALL, loadVocabulary } from '../../tokenizers/vocabulary.ts';
import { flexible, left, remark, right } from '../shared/columns.ts';
import type { Define } from '../shared/command.ts';
import { type Context, note } from '../shared/context.ts';
import type { OutputFormat } from '../shared/formats.ts';
import { printRecords, printTable } from '../shared/output.ts';
import { withBar } from '../shared/progress.ts';
import { reading } from '../shared/reading.ts';
import { readRequests } from './texts.ts';
import { countingTools } from './tools.ts';

interface Options extends OutputFormat {
  readonly db: string;
  readonly tokenizer?: readonly string[];
}

const KEYS = ['family', 'models', 'method', 'low', 'high', 'basis', 'example'];

export const define: Define = (command, context) => {
  command
    .argument('<file>', 'a text, a chat as JSON messages, a folder of texts; - is standard input')
    .shares('db', 'tokenizer', 'json', 'csv')
    .action((file: string, options: Options) => tokens(file, options, context))
    .keys(KEYS, '')
    .examples([
      ['tokens prompt.md', 'how many tokens a text has in each family of tokenizers'],
      ["tokens chat.json --tokenizer 'qwen/*=tokenizer.json'", 'exactly, for the models whose tokenizer you have'],
    ]);
};

/** The listed models of one family that count the text alike: models of a family may have different vocabularies. */
interface FamilyCount {
  readonly family: string;
  readonly models: number;
  readonly count: TokenCount;
  /** The shortest id among them. */
  readonly example: string;
}

async function tokens(file: string, options: Options, context: Context): Promise<void> {
  const requests = await readRequests(file, undefined, context);
  const texts = requests.flatMap((request) => request.texts);
  const { families, characters } = await withBar(context, 'characters', async (onProgress) => {
    const counter = new TextCounter(texts, countingTools(options, context, onProgress));
    const counted = await reading(options, context, ({ ledger }) => countFamilies(ledger, counter));
    return { families: counted, characters: counter.characters };
  });
  families.sort((a, b) => highOf(a.count) - highOf(b.count) || b.models - a.models);
  if (await printRecords(context, options, KEYS, families.map(toRecord))) return;
  await printTable(
    context,
    [flexible('family'), flexible('such as'), right('models'), right('tokens'), left('how'), remark('basis')],
    families.map(({ family, models, count, example }) => [
      ...[family, example, models, tokenCountWords(count)],
      ...[count.method, count.method === 'estimate' ? null : count.basis],
    ]),
  );
  note(
    context,
    `${digits(characters)} characters; without what a service puts around a text (a few tokens a message).`,
  );
  if (families.some(({ count }) => count.method === 'estimate'))
    note(context, `Estimates are by family, from tables measured ${MEASURED_ON}: docs/tokenizers.md.`);
  if ((await loadVocabulary('o200k')) === undefined) note(context, INSTALL);
}

async function countFamilies(ledger: Ledger, counter: TextCounter): Promise<FamilyCount[]> {
  const found = new Map<string, FamilyCount>();
  for (const model of countedModels(ledger, null)) {
    const { id, tokenizer } = model;
    const count = await counter.count(model);
    const family = tokenizer ?? 'none named';
    const key = JSON.stringify([family, count]);
    const { models, example } = found.get(key) ?? { models: 0, example: id };
    found.set(key, { family, count, models: models + 1, example: id.length < example.length ? id : example });
  }
  if (found.size === 0) throw new UsageError('no_models', 'No model is listed, so nothing counts.');
  return [...found.values()];
}

function highOf(count: TokenCount): number {
  return rangeOf(count)?.high ?? Number.POSITIVE_INFINITY;
}

function toRecord({ family, models, count, example }: FamilyCount): Record<string, unknown> {
  const { method, basis } = count;
  const { low = null, high = null } = rangeOf(count) ?? {};
  return { family, models, method, low, high, basis, example };
}
