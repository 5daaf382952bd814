/**
 * What upstream's price components count. A component's price is USD for one of its unit.
 *
 * `image_output` is documented as a price per output image, yet every listed value is its vendor's rate per image
 * token ($30 a million for gemini-2.5-flash-image), so it is counted in tokens here. `image` is a price per input image
 * until 2025, and per image token where it equals the model's price of `prompt`, as every one since January 2026 does.
 */

/** What one price pays for. */
export type Unit = 'token' | 'image token' | 'image' | 'request' | 'search';

interface ComponentFacts {
  /** Upstream's key under `pricing`. */
  readonly component: string;
  /** The name of its quantity in a usage; the command's option is the same in kebab-case (`--cache-read-tokens`). */
  readonly field: string;
  readonly unit: Unit;
  /** Whether the quantity is a part of the prompt, and so counts towards a tier's threshold. */
  readonly inPrompt: boolean;
}

/** The billable components in the order of a bill's lines. */
export const COMPONENTS = [
  { component: 'prompt', field: 'promptTokens', unit: 'token', inPrompt: true },
  { component: 'input_cache_read', field: 'cacheReadTokens', unit: 'token', inPrompt: true },
  { component: 'input_cache_write', field: 'cacheWriteTokens', unit: 'token', inPrompt: true },
  { component: 'input_cache_write_1h', field: 'cacheWrite1hTokens', unit: 'token', inPrompt: true },
  { component: 'audio', field: 'audioTokens', unit: 'token', inPrompt: true },
  { component: 'input_audio_cache', field: 'cachedAudioTokens', unit: 'token', inPrompt: true },
  { component: 'image_token', field: 'imageTokens', unit: 'image token', inPrompt: true },
  { component: 'image', field: 'images', unit: 'image', inPrompt: false },
  { component: 'completion', field: 'completionTokens', unit: 'token', inPrompt: false },
  { component: 'internal_reasoning', field: 'reasoningTokens', unit: 'token', inPrompt: false },
  { component: 'audio_output', field: 'audioOutputTokens', unit: 'token', inPrompt: false },
  { component: 'image_output', field: 'imageOutputTokens', unit: 'image token', inPrompt: false },
  { component: 'request', field: 'requests', unit: 'request', inPrompt: false },
  { component: 'web_search', field: 'webSearches', unit: 'search', inPrompt: false },
] as const satisfies readonly ComponentFacts[];

/** Keys under `pricing` whose value must be an amount; the values of others are kept as they come. */
export const KNOWN_COMPONENTS: ReadonlySet<string> = new Set([
  ...COMPONENTS.map(({ component }) => component),
  'discount',
]);

/** A name such as `promptTokens` or `images`. */
export type UsageField = (typeof COMPONENTS)[number]['field'];

/** The index of a component in {@link COMPONENTS}; unknown ones come after all of them. */
export function placeOf(component: string): number {
  const place = COMPONENTS.findIndex((known) => known.component === component);
  return place < 0 ? COMPONENTS.length : place;
}

interface ListedPrice {
  readonly component: string;
  readonly condition: string;
  readonly price: string | null;
}

/**
 * What a component's price pays for; undefined for a component that is not documented.
 * @param prices those of the same model and instant, which distinguish the two meanings of `image`
 */
export function unitOf(component: string, prices: readonly ListedPrice[] = []): Unit | undefined {
  if (component === 'image' && isPerImageToken(prices)) return 'image token';
  return COMPONENTS.find((known) => known.component === component)?.unit;
}

export function isTokens(unit: Unit | undefined): boolean {
  return unit === 'token' || unit === 'image token';
}

/** Whether the price of `image` is that of `prompt`, both without conditions or both under the same ones. */
function isPerImageToken(prices: readonly ListedPrice[]): boolean {
  return prices.some(
    ({ component, condition, price }) =>
      component === 'image' &&
      price !== null &&
      prices.some((other) => other.component === 'prompt' && other.condition === condition && other.price === price),
  );
}
