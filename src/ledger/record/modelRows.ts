import { eq } from 'drizzle-orm';
import { isObject } from '../../core/reading/json.ts';
import { storable } from '../../core/reading/leaves.ts';
import { type Entry, readEntry } from '../../core/reading/model.ts';
import { plainDocument } from '../../core/reading/plainDocument.ts';
import type { Ledger } from '../store/open.ts';
import { models } from '../store/schema/models.ts';
import { bind, bindUpdate, placeholders, value } from '../store/statements.ts';

/** When a model was first seen, and last seen and removed; the latter are null while it is listed. */
export interface ModelLifecycle {
  readonly firstSeenAt: string;
  readonly lastSeenAt: string | null;
  readonly removedAt: string | null;
}

/** Writes the rows of `models`. Those that are only noted are written by {@link flush}. */
export class ModelRows {
  readonly #put;
  readonly #end;
  readonly #documentOf;
  /** The entry is null where only the lifecycle has changed. */
  readonly #noted = new Map<string, ModelLifecycle & { readonly entry: Entry | null }>();

  constructor(ledger: Ledger) {
    const { orm } = ledger;
    const { firstSeenAt, ...changing } = placeholders(models);
    const isThis = eq(models.id, value('id'));
    const insert = orm.insert(models).values({ ...changing, firstSeenAt });
    this.#put = bind(ledger, insert.onConflictDoUpdate({ target: models.id, set: changing }));
    this.#end = bindUpdate(ledger, models, isThis, 'lastSeenAt', 'removedAt');
    const document = orm.select({ document: models.document }).from(models);
    this.#documentOf = document.where(isThis).prepare();
  }

  put(id: string, entry: Entry, lifecycle: ModelLifecycle): void {
    this.#put.run({ ...columnsOf(id, entry), ...lifecycle });
  }

  /**
   * Notes a change of a model.
   * @param entry null: it is gone
   * @param firstSeenAt used only for a new model
   */
  note(id: string, entry: Entry | null, lifecycle: ModelLifecycle): void {
    const noted = this.#noted.get(id);
    const { lastSeenAt, removedAt } = lifecycle;
    const { firstSeenAt } = noted ?? lifecycle;
    this.#noted.set(id, { firstSeenAt, lastSeenAt, removedAt, entry: entry ?? noted?.entry ?? null });
  }

  /** Writes the noted rows. */
  flush(): void {
    for (const [id, { entry, ...lifecycle }] of this.#noted) {
      if (entry === null) this.#end.run({ id, ...lifecycle });
      else this.put(id, entry, lifecycle);
    }
    this.#noted.clear();
  }

  /** The newest good entry of a model. */
  recall(id: string): Entry {
    const noted = this.#noted.get(id)?.entry;
    if (noted) return noted;
    const row = this.#documentOf.get({ id });
    if (row === undefined) throw new TypeError(`no document of ${id}`);
    return readEntry(row.document);
  }
}

/** The columns that are stored beside the document; SQLite reads the others out of it. */
function columnsOf(id: string, { text, model }: Entry) {
  const { created, alias_target: alias } = model?.document ?? {};
  const target = isObject(alias) ? alias.slug : alias;
  return {
    id,
    author: id.replace(/^~/, '').split('/')[0] ?? id,
    /** Upstream counts seconds since 1970. */
    createdAt: typeof created === 'number' ? new Date(created * 1000).toISOString() : null,
    aliasOf: typeof target === 'string' ? storable(target) : null,
    document: model === null ? text : plainDocument(text),
  };
}
