import { describeUrl, Fault } from './fault.ts';
import type { AnswerPage } from './request.ts';
import type { RequestLimits } from './requestLimits.ts';
import type { ByteBudget } from './wholePage.ts';

const SEEN = { httpStatus: 200 };

/**
 * Asks for the first page and for those that `links.next` names, until there is none.
 * @throws Fault `foreign_page`, `page_loop`, `too_many_pages`, or what `ask` throws
 */
export async function collectPages(
  start: URL,
  limits: RequestLimits,
  ask: (url: URL, budget: ByteBudget) => Promise<AnswerPage>,
): Promise<readonly [AnswerPage, ...AnswerPage[]]> {
  const budget = { left: limits.bodyBytes, total: limits.bodyBytes };
  const first = await ask(start, budget);
  const pages: [AnswerPage, ...AnswerPage[]] = [first];
  const seen = new Set([start.href, first.url.href]);
  let page = first;
  for (;;) {
    budget.left -= page.body.length;
    const next = readNextPage(page, start);
    if (next === undefined) return pages;
    if (seen.has(next.href)) throw new Fault('page_loop', `its page links lead back to ${describeUrl(next)}`, SEEN);
    if (pages.length >= limits.pages)
      throw new Fault('too_many_pages', `the list has more than ${limits.pages} pages`, SEEN);
    seen.add(next.href);
    page = await ask(next, budget);
    pages.push(page);
  }
}

function readNextPage(page: AnswerPage, start: URL): URL | undefined {
  const link = page.next;
  if (link === undefined) return undefined;
  const next = URL.canParse(link, page.url.href) ? new URL(link, page.url) : undefined;
  if (next?.origin === start.origin && next.username === '' && next.password === '') {
    next.hash = '';
    return next;
  }
  const where = next === undefined ? 'an unusable address' : describeUrl(next);
  throw new Fault('foreign_page', `its next page is said to be at ${where}, which is elsewhere and not followed`, SEEN);
}
