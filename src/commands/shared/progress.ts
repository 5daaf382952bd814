import type { Context } from './context.ts';

/** Takes how far something is. */
export type OnProgress = (done: number, total: number) => void;

/** A bar on standard error, where that is a terminal; nothing elsewhere. */
interface ProgressBar {
  readonly show: OnProgress;
  readonly stop: () => void;
}

/** What is done in less than this needs no bar: it would only flash. */
const LEAST_MS = 400;

/** Does what takes long with a bar, which is gone when that ends, however it does. */
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

/** @param clock milliseconds from whenever */
export async function startBar(
  { stderr, env }: Pick<Context, 'stderr' | 'env'>,
  unit: string,
  clock = () => performance.now(),
): Promise<ProgressBar> {
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
  return {
    show: (done, total) => {
      const elapsed = clock() - begun;
      if (!bar.isActive && (elapsed < LEAST_MS || done >= total)) return;
      const rate = Math.round((done * 1000) / elapsed);
      if (bar.isActive) bar.update(done, { rate });
      else bar.start(total, done, { rate });
    },
    stop: () => bar.stop(),
  };
}
