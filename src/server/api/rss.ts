import { escapeMarkup } from '../../core/format/text.ts';
import { upstreamPage } from '../../notify/feed.ts';
import type { Answer } from '../http/answer.ts';
import type { ServedModel } from '../source/lists.ts';

/**
 * Models as RSS 2.0, in the given order.
 * @param self the feed's own address
 */
export function writeRss(models: readonly ServedModel[], observedAt: string, self: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>OpenRouter models</title><link>https://openrouter.ai/models</link>
<description>The newest models of the list as it was recorded</description>
<atom:link rel="self" type="application/rss+xml" href="${escapeXml(self)}"/>
<lastBuildDate>${new Date(observedAt).toUTCString()}</lastBuildDate>
${models.map(item).join('\n')}
</channel></rss>
`;
  return { type: 'application/rss+xml; charset=utf-8', body, observedAt };
}

function item({ id, document, facets }: ServedModel): string {
  const { canonical_slug: slug, description } = document;
  const fields = [
    ['title', `${facets.name ?? id} (${id})`],
    ['link', upstreamPage(id)],
    ['description', typeof description === 'string' ? description : ''],
  ].map(([tag, text = '']) => `<${tag}>${escapeXml(text)}</${tag}>`);
  const guid = `<guid isPermaLink="false">${escapeXml(typeof slug === 'string' ? slug : id)}</guid>`;
  const date = facets.created === null ? '' : `<pubDate>${new Date(facets.created * 1000).toUTCString()}</pubDate>`;
  return `<item>${fields.join('')}${guid}${date}</item>`;
}

/** XML 1.0 cannot hold control characters, surrogates and two noncharacters, not even escaped. */
function escapeXml(text: string): string {
  return escapeMarkup(text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd'));
}
