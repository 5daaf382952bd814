/** Whether an id is an alias, such as `~openai/gpt-latest`, which stands for another model. */
export function isAlias(id: string): boolean {
  return id.startsWith('~');
}

/** Whether it is one of OpenRouter's own models, which choose another one for each request. */
export function isRouter(id: string): boolean {
  return id.startsWith('openrouter/');
}
