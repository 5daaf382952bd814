/** A pattern of model ids as a test: `*` stands for any text, `?` for one character, all else for itself. */
export function glob(pattern: string): (text: string) => boolean {
  const source = [...pattern].map((character) => {
    if (character === '*') return '.*';
    return character === '?' ? '.' : character.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  // Runs of `.*` would backtrack without end on a text that does not match.
  const expression = new RegExp(`^${source.join('').replace(/(?:\.\*)+/g, '.*')}$`, 'su');
  return (text) => expression.test(text);
}
