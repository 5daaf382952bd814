import type { Context } from './context.ts';

/** A bar on standard error, where that is a terminal; nothing elsewhere. */
export interface Bar {
  readonly show: (done: number, total: number) => void;
  readonly stop: () => void;
}

export async function startBar({ stderr, env }: Context, unit = 'snapshots'): Promise<Bar> {
  if (!stderr.isTTY || env.TERM === 'dumb') return { show: () => {}, stop: () => {} };
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({
    stream: stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: `{bar} {value}/{total} ${unit}  {rate}/s  {eta_formatted} left`,
    barCompleteChar: '#',
    barIncompleteChar: '.',
  });
  const begun = performance.now();
  return {
    show: (done, total) => {
      if (!bar.isActive) bar.start(total, 0, { rate: '-' });
      bar.update(done, { rate: Math.round((done * 1000) / (performance.now() - begun)) });
    },
    stop: () => bar.stop(),
  };
}
