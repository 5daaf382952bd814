import { isAlias, isRouter } from '../modelIds.ts';

/** Whether a model can have endpoints of its own: aliases and routers stand for others, and are never asked about. */
export function canBeServed(model: string): boolean {
  return !isAlias(model) && !isRouter(model);
}
