import { withoutStop } from '../../core/errors.ts';
import type { LeftOut } from '../../upstream/history.ts';
import { type Context, note } from './context.ts';

/** So many are named for one reason, and in all; the others are counted. */
const MOST_NAMED = 10;
const MOST_LINES = 100;

/** Tells on standard error what was given and not taken, as it is passed over. */
export class LeftOutList {
  readonly all: LeftOut[] = [];
  readonly #counts = new Map<string, number>();
  readonly #context: Context;
  #lines = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  readonly add = (leftOut: LeftOut): void => {
    const { name, reason } = leftOut;
    const count = (this.#counts.get(reason) ?? 0) + 1;
    this.#counts.set(reason, count);
    this.all.push(leftOut);
    if (count > MOST_NAMED || this.#lines >= MOST_LINES) return;
    this.#lines += 1;
    note(this.#context, `Left out ${name}: ${withoutStop(reason)}.`);
  };

  /** Counts those that were not named. */
  end(): void {
    const unnamed = this.all.length - this.#lines;
    if (unnamed === 0) return;
    for (const [reason, count] of this.#counts) {
      if (count > MOST_NAMED) note(this.#context, `Left out ${count - MOST_NAMED} more: ${withoutStop(reason)}.`);
    }
    note(this.#context, `Left out ${this.all.length} in all.`);
  }
}
