import { readOrder } from '../../../core/pricing/precedence.ts';
import { readModelList } from '../../../core/reading/list.ts';
import type { ModelList } from '../../../core/reading/modelList.ts';
import { Archive } from '../../archive/archive.ts';
import { acceptedAt, lastAccepted } from '../../record/timeline.ts';
import type { Ledger } from '../../store/open.ts';

export type ArchivedOrder = ReturnType<typeof prepareArchivedOrder>;

/**
 * Looks up in which order upstream listed a model's prices at an instant: in the newest archived body by then in which
 * the model could be read; empty where there is none.
 */
export function prepareArchivedOrder(ledger: Ledger): (model: string, at: string) => ReadonlyMap<string, number> {
  const archive = new Archive(ledger);
  const orders = new Map<string, ReadonlyMap<string, number>>();
  let last: { readonly sha256: string; readonly modelList: ModelList } | undefined;
  const listOf = (sha256: string): ModelList => {
    if (last?.sha256 !== sha256) last = { sha256, modelList: readModelList(archive.get(sha256), last?.modelList) };
    return last.modelList;
  };
  return (model, at) => {
    let run = acceptedAt(ledger, at);
    const key = `${run?.sha256} ${model}`;
    const known = orders.get(key);
    if (known !== undefined) return known;
    let text: string | undefined;
    while (run !== undefined && text === undefined) {
      text = listOf(run.sha256).models.get(model)?.text;
      run = lastAccepted(ledger, run.observedAt);
    }
    const order = text === undefined ? new Map<string, number>() : readOrder(text);
    orders.set(key, order);
    return order;
  };
}
