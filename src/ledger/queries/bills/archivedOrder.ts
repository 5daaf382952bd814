import { readOrder } from '../../../core/pricing/precedence.ts';
import { readModelList } from '../../../core/reading/list.ts';
import type { ModelList } from '../../../core/reading/modelList.ts';
import { Archive } from '../../archive/archive.ts';
import { acceptedAt, lastAccepted } from '../../record/timeline.ts';
import type { Ledger } from '../../store/open.ts';

/** In which order upstream listed a model's prices at an instant, as the archived bodies have it. */
export class ArchivedOrder {
  readonly #ledger: Ledger;
  readonly #archive: Archive;
  readonly #orders = new Map<string, ReadonlyMap<string, number>>();
  #last: { readonly sha256: string; readonly modelList: ModelList } | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#archive = new Archive(ledger);
  }

  /** From the newest body observed by then in which the model could be read; empty where there is none. */
  at(model: string, at: string): ReadonlyMap<string, number> {
    let run = acceptedAt(this.#ledger, at);
    const key = `${run?.sha256} ${model}`;
    const known = this.#orders.get(key);
    if (known !== undefined) return known;
    let text: string | undefined;
    while (run !== undefined && text === undefined) {
      text = this.#catalogOf(run.sha256).models.get(model)?.text;
      run = lastAccepted(this.#ledger, run.observedAt);
    }
    const order = text === undefined ? new Map<string, number>() : readOrder(text);
    this.#orders.set(key, order);
    return order;
  }

  #catalogOf(sha256: string): ModelList {
    if (this.#last?.sha256 === sha256) return this.#last.modelList;
    const modelList = readModelList(this.#archive.get(sha256), this.#last?.modelList);
    this.#last = { sha256, modelList };
    return modelList;
  }
}
