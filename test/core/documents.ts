import { readModelList } from '../../src/core/reading/list.ts';
import { type Entry, type ParsedModel, readEntry } from '../../src/core/reading/model.ts';
import type { ModelList } from '../../src/core/reading/modelList.ts';

/** A small good document; what is given stands in place of, or beside, what it has. */
export function documentOf(id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { id, name: `The model ${id}`, pricing: { prompt: '0.000001' }, context_length: 4096, ...more };
}

export function entryOf(document: unknown): Entry {
  return readEntry(typeof document === 'string' ? document : JSON.stringify(document));
}

/** @throws TypeError when the document is no good one */
export function modelOf(document: unknown): ParsedModel {
  const { model, issues } = entryOf(document);
  if (model === null) throw new TypeError(JSON.stringify(issues));
  return model;
}

export function catalogOf(body: unknown, known?: ModelList): ModelList {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return readModelList(bytes, known);
}
