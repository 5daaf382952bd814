import { type CompletedDocument, completeDocument } from '../../core/query/completeDocument.ts';
import { type ModelFacets, readFacets } from '../../core/query/facets.ts';
import { isObject, type JsonObject, parseJson } from '../../core/reading/json.ts';
import { readModelList } from '../../core/reading/list.ts';
import type { Entry } from '../../core/reading/model.ts';
import type { ModelList } from '../../core/reading/modelList.ts';
import { END_OF_TIME } from '../../core/time/instant.ts';
import { Archive } from '../../ledger/archive/archive.ts';
import { createdOf } from '../../ledger/queries/served/ages.ts';
import { acceptedAt, lastAccepted, type TimelineRun } from '../../ledger/record/timeline.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { LruCache } from './lruCache.ts';

export interface ServedModel {
  readonly id: string;
  /** The document as upstream wrote it. */
  readonly recorded: string;
  readonly document: JsonObject;
  readonly facets: ModelFacets;
  readonly completed: CompletedDocument;
}

/** An accepted list, with its models in upstream's order, each once. */
export interface ServedList {
  readonly run: TimelineRun;
  /** The archived body. */
  readonly body: Buffer;
  readonly models: readonly ServedModel[];
  readonly byId: ReadonlyMap<string, ServedModel>;
}

type Decoded = Omit<ServedList, 'run'>;

/** How many decoded lists are kept: the current one and some older ones. */
const MOST_LISTS = 12;
/** In how many older lists to look for the last good state of an entry that was set aside. */
const MOST_STEPS_BACK = 20;

/** The lists of a ledger as of any instant. */
export class Lists {
  readonly #ledger: Ledger;
  readonly #archive: Archive;
  readonly #decoded = new LruCache<Decoded>(MOST_LISTS);
  #newest: ModelList | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#archive = new Archive(ledger);
  }

  /** @param at null: the newest list */
  at(at: string | null): ServedList | undefined {
    const run = acceptedAt(this.#ledger, at ?? END_OF_TIME);
    return run && { run, ...this.#decode(run) };
  }

  #decode(run: TimelineRun): Decoded {
    const known = this.#decoded.get(run.sha256);
    if (known !== undefined) return known;
    const modelList = this.#read(run);
    const models = this.#modelsOf(modelList, run);
    const byId = new Map(models.map((model) => [model.id, model]));
    const decoded = { body: modelList.bytes, models, byId };
    this.#decoded.set(run.sha256, decoded, 1);
    this.#newest = modelList;
    return decoded;
  }

  /** Reuses the entries of the list that was read last, instead of parsing them again. */
  #read(run: TimelineRun): ModelList {
    return readModelList(this.#archive.get(run.sha256), this.#newest);
  }

  #modelsOf(modelList: ModelList, run: TimelineRun): ServedModel[] {
    const created = [...modelList.models.values()].some(({ model }) => typeof model?.document.created !== 'number')
      ? createdOf(this.#ledger)
      : undefined;
    const seen = new Set<string>();
    return modelList.elements.flatMap(({ entry }) => {
      const { id } = entry;
      if (id === null || seen.has(id)) return [];
      const good = modelList.models.get(id) ?? this.#lastGood(id, run);
      if (good === undefined) return [];
      seen.add(id);
      return [toServed(id, good, created?.get(id))];
    });
  }

  /** The last good state of an entry that was set aside, which the tables show too. */
  #lastGood(id: string, { observedAt }: TimelineRun): Entry | undefined {
    let run = lastAccepted(this.#ledger, observedAt);
    for (let step = 0; run !== undefined && step < MOST_STEPS_BACK; step += 1) {
      const found = this.#read(run).models.get(id);
      if (found !== undefined) return found;
      run = lastAccepted(this.#ledger, run.observedAt);
    }
    return undefined;
  }
}

function toServed(id: string, entry: Entry, created: number | undefined): ServedModel {
  // Parsed from the text, because a reused entry has the volatile values of an older list.
  const parsed = parseJson(entry.text);
  const document = isObject(parsed) ? parsed : {};
  const { text } = entry;
  const completed = completeDocument(document, text, created);
  return { id, recorded: text, document, facets: readFacets(document), completed };
}
