import type { ServedModel } from '../../source/lists.ts';
import type { Frame } from '../layout.tsx';

/** What the list page shows. */
export interface ListPage {
  readonly frame: Frame;
  readonly shown: readonly ServedModel[];
  readonly total: number;
  /** The parameters as they were given, empty ones left out. */
  readonly query: URLSearchParams;
  readonly authors: readonly string[];
  readonly abilities: readonly string[];
  readonly changedAt: (id: string) => string | null;
  /** What is wrong with what was typed. */
  readonly problem: string | null;
}
