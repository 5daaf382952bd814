import type { Context } from './context.ts';

export type OnProgress = (done: number, total: number) => void;

/** A bar for shorter work would only flash. */
const LEAST_MS = 400;

/** Does some long work with a progress bar, and removes the bar at the end, even if the work fails. */
export async function withBar<T>(
  context: Context,
  unit: string,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const bar = await startBar(context, unit);
  try {
    return await work(bar.show);
  } finally {
    bar.stop();
  }
}

/**
 * A progress bar on standard error; does nothing unless that is a terminal.
 * @param clock milliseconds since any fixed moment
 */
export async function startBar(
  context: Pick<Context, 'stderr' | 'env'>,
  unit: string,
  clock = () => performance.now(),
) {
  const { stderr, env } = context;
  if (!stderr.isTTY || env.TERM === 'dumb') return { show: () => {}, stop: () => {} };
  const begun = clock();
  const { default: progress } = await import('cli-progress');
  const bar = new progress.SingleBar({
    stream: stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: `{bar} {value}/{total} ${unit}  {rate}/s  {eta_formatted} left`,
    barCompleteChar: '#',
    barIncompleteChar: '.',
  });
  const show: OnProgress = (done, total) => {
    const elapsed = clock() - begun;
    if (!bar.isActive && (elapsed < LEAST_MS || done >= total)) return;
    const rate = Math.round((done * 1000) / elapsed);
    if (bar.isActive) bar.update(done, { rate });
    else bar.start(total, done, { rate });
  };
  return { show, stop: () => bar.stop() };
}
