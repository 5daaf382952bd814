import { Argument } from 'commander';
import type { Define } from '../shared/command.ts';
import { printAsIs } from '../shared/context.ts';
import { BASH, FISH, ZSH } from './scripts.ts';

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
type Shell = keyof typeof SCRIPTS;

export const define: Define = (command, context) => {
  command
    .addArgument(new Argument('<shell>', 'whose completion').choices(Object.keys(SCRIPTS)))
    .action((shell: Shell) => printAsIs(context, SCRIPTS[shell].trim()))
    .examples([
      ['completion bash >> ~/.bashrc', 'complete commands, options and model ids in bash'],
      ['completion zsh >> ~/.zshrc', 'the same in zsh, after its compinit'],
      ['completion fish > ~/.config/fish/completions/model-ledger.fish', 'of fish'],
    ]);
};
