/**
 * The patterns for models and fields: `*` matches any text, `?` one character, and all else itself, in any case.
 * Brackets and braces have no special meaning, as fields contain them.
 */
export function glob(pattern: string): (text: string) => boolean {
  const wanted = [...pattern.toLowerCase()];
  return (text) => fits(wanted, [...text.toLowerCase()]);
}

/** Whether a pattern is more than a name. */
export function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** A pattern for model ids; without a `/` it also matches the part of an id after the `/`. */
export function modelGlob(pattern: string): (id: string) => boolean {
  const matches = glob(pattern);
  if (pattern.includes('/')) return matches;
  return (id) => matches(id) || (id.includes('/') && matches(id.slice(id.indexOf('/') + 1)));
}

/** A pattern for fields; it also matches a price without `pricing.`, and without its `[condition]`. */
export function fieldGlob(pattern: string): (field: string) => boolean {
  const matches = [glob(pattern), glob(`pricing.${pattern}`)];
  return (field) => [field, field.split('[')[0] ?? ''].some((form) => matches.some((match) => match(form)));
}

/** Only ever goes back to the last star, so that the time is at most the pattern's length times the text's. */
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
