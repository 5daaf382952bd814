import { ACTIVE, writeOut } from '../reading/quote.ts';

/**
 * Upstream's texts (names, descriptions, ids, error messages) as they may be shown: they can neither move a cursor,
 * forge a line, reverse their neighbours, nor become a formula.
 */

/**
 * One line of text that can be printed anywhere: every active character is escaped, the escape character as `\u{1b}`.
 */
export function escapeControls(text: string): string {
  return text.replace(ACTIVE, writeOut);
}

/** The same, except line ends and tabs. */
const ACTIVE_IN_PAGES = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A whole page of HTML, in which no text of upstream's has an invisible effect. */
export function escapePage(html: string): string {
  return html.replace(ACTIVE_IN_PAGES, writeOut);
}

/** Text for HTML and XML, between tags or in attributes. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** JSON text that can be shown on a terminal: the same value, with every active character as `\uXXXX`. */
export function escapeJson(json: string): string {
  return json.replace(ACTIVE, (character) =>
    // A surrogate pair is escaped as two code units.
    character.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}
