/**
 * The one rule of patterns, wherever models or fields are picked: `*` stands for any text, `?` for one character, all else
 * for itself, in any case. Pairs of brackets and braces are no signs, for fields are written with them.
 */
export function glob(pattern: string): (text: string) => boolean {
  const wanted = [...pattern.toLowerCase()];
  return (text) => fits(wanted, [...text.toLowerCase()]);
}

/** Whether a pattern is more than a name. */
export function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** Patterns of model ids: one without `/` also fits the part behind it. */
export function modelGlob(pattern: string): (id: string) => boolean {
  const matches = glob(pattern);
  if (pattern.includes('/')) return matches;
  return (id) => matches(id) || (id.includes('/') && matches(id.slice(id.indexOf('/') + 1)));
}

/** Patterns of fields: a price also fits without its `pricing.` and without its `[condition]`. */
export function fieldGlob(pattern: string): (field: string) => boolean {
  const matches = [glob(pattern), glob(`pricing.${pattern}`)];
  return (field) => [field, field.split('[')[0] ?? ''].some((form) => matches.some((match) => match(form)));
}

/** Goes back to the last star only, so that many of them cost no more than their number times the text. */
function fits(pattern: readonly string[], text: readonly string[]): boolean {
  let [p, t, star, retry] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p;
      retry = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      retry += 1;
      t = retry;
    } else return false;
  }
  return pattern.slice(p).every((sign) => sign === '*');
}
