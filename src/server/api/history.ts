import { findModel, limitsHistory, preparePriceHistory } from '../../ledger/queries/model.ts';
import type { Answer } from '../http/answer.ts';
import type { Asked } from '../http/asked.ts';
import { json } from '../http/errors.ts';
import type { View } from '../source/ledgerSource.ts';
import { listAt } from './listAt.ts';
import { notListed } from './model.ts';

/** `GET /model/{author}/{slug}/history`: every price and limit it had, with the half-open intervals in which they held. */
export function history(asked: Asked, view: View, id: string): Answer {
  const at = asked.asOf();
  const list = listAt(asked, view);
  const facts = findModel(view.ledger, id, null);
  if (facts === undefined || (at !== null && facts.firstSeenAt > at)) throw notListed(view, id);
  const known = <T extends { readonly validFrom: string; readonly validTo: string | null }>(periods: readonly T[]) =>
    periods
      .filter(({ validFrom }) => at === null || validFrom <= at)
      .map(({ validFrom, validTo, ...rest }) => ({
        ...rest,
        valid_from: validFrom,
        valid_to: at !== null && validTo !== null && validTo > at ? null : validTo,
      }));
  const prices = known(preparePriceHistory(view.ledger)(id));
  const limits = known(limitsHistory(view.ledger, id)).map(
    ({
      contextLength,
      topProviderContextLength,
      maxCompletionTokens,
      isModerated,
      requestPromptTokens,
      requestCompletionTokens,
      ...rest
    }) => ({
      context_length: contextLength,
      top_provider_context_length: topProviderContextLength,
      max_completion_tokens: maxCompletionTokens,
      is_moderated: isModerated,
      request_prompt_tokens: requestPromptTokens,
      request_completion_tokens: requestCompletionTokens,
      ...rest,
    }),
  );
  return { ...json({ data: { id, prices, limits } }), observedAt: list.run.observedAt };
}
