import { coverageOf } from '../../ledger/queries/coverage.ts';
import { servedRange } from '../../ledger/queries/endpoints/endpointsAt.ts';
import { findModel } from '../../ledger/queries/model.ts';
import { unknownModel } from '../../ledger/queries/resolveModel.ts';
import { modelStateAt } from '../../ledger/queries/served/modelState.ts';
import { historyWithUnits, modelRecord } from '../../library/modelRecord.ts';
import type { Define } from '../shared/command.ts';
import { type Context, print, printJson } from '../shared/context.ts';
import { resolveModel } from '../shared/models.ts';
import type { AskOptions } from '../shared/options.ts';
import { printRecords } from '../shared/output.ts';
import { noteCoverage, readAt, reading } from '../shared/reading.ts';
import { showText } from './showText.ts';

const PRICE_KEYS = ['model', 'component', 'condition', 'price', 'dynamic', 'validFrom', 'validTo', 'unit'] as const;

export const define: Define = (command, context) => {
  command
    .argument('<model>', 'its id, such as anthropic/claude-haiku-4.5, or the part behind the slash')
    .shares('db', 'at', 'local', 'json', 'csv')
    .action((id: string, options: AskOptions) => show(id, options, context))
    .note(
      `Keys of --json, prices exact in USD per unit, times in UTC:
  model at listed firstSeenAt lastSeenAt removedAt absences name description \
author aliasOf canonicalSlug createdAt inputs outputs parameters tokenizer \
instructType huggingFaceId knowledgeCutoff expirationDate limits served prices history
Columns of --csv, the history of its prices:
  ${PRICE_KEYS.join(' ')}`,
    )
    .examples([
      ['show anthropic/claude-haiku-4.5', 'its prices, limits and life, and how its price moved'],
      ['show qwen/qwen3.6-plus --at 2026-05-03', 'the same as it was on 3 May'],
      ['show z-ai/glm-5.2 --csv', 'every price it ever had, for a spreadsheet'],
    ]);
};

async function show(typed: string, options: AskOptions, context: Context): Promise<void> {
  const at = readAt(options, context);
  await reading(options, context, async (question) => {
    const { ledger, zone } = question;
    const id = resolveModel(question, typed);
    const facts = findModel(ledger, id, at);
    if (facts === undefined) throw unknownModel(ledger, id, zone);
    const shown = { ...modelStateAt(ledger, facts, at), served: servedRange(ledger, id, at) };
    if (options.json) printJson(context, modelRecord(shown));
    else if (options.csv) {
      const records = historyWithUnits(shown.history).map((period) => ({ model: id, ...period }));
      await printRecords(context, options, PRICE_KEYS, records);
    } else {
      noteCoverage(question, at);
      print(context, await showText(shown, coverageOf(ledger)?.last ?? context.now().toISOString(), context, zone));
    }
  });
}
