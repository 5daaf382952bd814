import type { Define } from '../shared/command.ts';
import { defineCron } from './cron.ts';
import { addPlanOptions } from './options.ts';
import { defineSystemd } from './systemd.ts';

export const define: Define = (command, context) => {
  const systemd = command.command('systemd').description('a systemd timer and the hardened service that it starts');
  const cron = command.command('cron').description('a line of your crontab');
  defineSystemd(addPlanOptions(systemd), context);
  defineCron(addPlanOptions(cron), context);
  command.examples([
    ['schedule systemd', 'print the service and the timer, and change nothing'],
    ['schedule systemd --install --key-file ~/.openrouter-key', 'sync every hour, with the key kept out of sight'],
    ["schedule cron --every '20 4 * * *' --install", 'sync at 4:20 every night, from your crontab'],
  ]);
};
