/** Whether a model can have endpoints of its own: aliases (`~…`) and the routers stand for others, and are never asked about. */
export function canBeServed(model: string): boolean {
  return !model.startsWith('~') && !model.startsWith('openrouter/');
}
