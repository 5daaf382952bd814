import { isObject } from '../../core/reading/json.ts';
import type { Entry } from '../../core/reading/model.ts';
import { plainDocument } from '../../core/reading/plainDocument.ts';

/** The columns of `models` that are stored beside the document; SQLite reads the others out of it. */
export function columnsOf(id: string, { text, model }: Entry) {
  const { created, alias_target: alias } = model?.document ?? {};
  const target = isObject(alias) ? alias.slug : alias;
  return {
    id,
    author: id.replace(/^~/, '').split('/')[0] ?? id,
    /** Upstream counts seconds since 1970. */
    createdAt: typeof created === 'number' ? new Date(created * 1000).toISOString() : null,
    aliasOf: typeof target === 'string' ? target : null,
    document: model === null ? text : plainDocument(text),
  };
}
