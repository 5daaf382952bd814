import { readFileSync } from 'node:fs';

const README = new URL('../../README.md', import.meta.url);

/** The commands of the README that are meant to be typed as they stand, in an empty folder, without a network. */
export function typedCommands(): string[] {
  const [, block = ''] =
    /<!-- typed in an empty folder -->\n```sh\n([\s\S]*?)```/.exec(readFileSync(README, 'utf8')) ?? [];
  return block.split('\n').filter((line) => line !== '');
}
