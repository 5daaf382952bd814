import { Argument, type Command } from 'commander';
import { addExamples } from '../shared/command.ts';
import { type Context, printAsIs } from '../shared/context.ts';
import { BASH, FISH, ZSH } from './scripts.ts';

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
type Shell = keyof typeof SCRIPTS;

export function define(command: Command, context: Context): void {
  command
    .addArgument(new Argument('<shell>', 'whose completion').choices(Object.keys(SCRIPTS)))
    .action((shell: Shell) => printAsIs(context, SCRIPTS[shell].trim()));
  addExamples(command, [
    ['completion bash >> ~/.bashrc', 'commands, options and model ids behind the Tab key of bash'],
    ['completion zsh >> ~/.zshrc', 'of zsh, behind its compinit'],
    ['completion fish > ~/.config/fish/completions/model-ledger.fish', 'of fish'],
  ]);
}
