import type { Json } from './world.ts';

/** An endpoint with the identity that upstream does not tell. */
export interface True {
  readonly uid: number;
  document: Json;
  /** Sweeps for which it is not shown, though it is there. */
  hiddenFor: number;
}

/** A source of choices: the same for the same seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return this.#state / 0x7fffffff;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.next() * items.length)];
  }
}

/** Models and who serves them, day by day, as a stranger would make them up: twins, flapping, new labels, new prices. */
export class World {
  readonly models = new Map<string, True[]>();
  readonly #dice: Dice;
  #uid = 0;

  constructor(dice: Dice, start: ReadonlyMap<string, readonly Json[]>) {
    this.#dice = dice;
    for (const [model, endpoints] of start)
      this.models.set(
        model,
        endpoints.map((document) => this.#born(document)),
      );
  }

  /** What is shown of a model today, in no particular order, telemetry restless; null: 404. */
  shown(model: string): { readonly uid: number; readonly document: Json }[] | null {
    const there = (this.models.get(model) ?? []).filter(({ hiddenFor }) => hiddenFor === 0);
    if (there.length === 0 && this.#dice.chance(0.5)) return null;
    const shuffled = there.map((one) => ({ one, key: this.#dice.next() })).sort((a, b) => a.key - b.key);
    return shuffled.map(({ one: { uid, document } }) => ({
      uid,
      document: { ...document, status: -Math.floor(this.#dice.next() * 5), uptime_last_5m: this.#dice.next() * 100 },
    }));
  }

  /** A day passes. */
  advance(): void {
    const dice = this.#dice;
    for (const [model, all] of this.models) {
      const isAway = dice.chance(0.03);
      for (const one of all) {
        one.hiddenFor = Math.max(0, one.hiddenFor - 1);
        if (isAway) one.hiddenFor = 1;
        else if (dice.chance(0.03)) one.hiddenFor = 1 + Math.floor(dice.next() * 3);
        if (one.hiddenFor === 0 && dice.chance(0.15)) this.#change(one);
      }
      if (dice.chance(0.05)) all.splice(Math.floor(dice.next() * all.length), 1);
      const template = dice.pick(all);
      if (template !== undefined && dice.chance(0.05)) all.push(this.#born(template.document, true));
      this.models.set(model, all);
    }
  }

  #born(document: Json, isTwin = false): True {
    this.#uid += 1;
    const one: True = { uid: this.#uid, document, hiddenFor: 0 };
    if (isTwin) one.document = { ...document, pricing: this.#pricing(document) };
    return one;
  }

  #change(one: True): void {
    const { document } = one;
    const kind = this.#dice.next();
    if (kind < 0.6) one.document = { ...document, pricing: this.#pricing(document) };
    else if (kind < 0.8)
      one.document = { ...document, context_length: 1000 * (1 + Math.floor(this.#dice.next() * 200)) };
    else if (kind < 0.9) one.document = { ...document, max_completion_tokens: Math.floor(this.#dice.next() * 9000) };
    else if (document.quantization === 'unknown') {
      const tag = `${String(document.tag).split('/')[0]}/fp8`;
      one.document = { ...document, quantization: 'fp8', tag };
    }
  }

  #pricing({ pricing }: Json): Json {
    const factor = this.#dice.pick([0.5, 0.9, 1.1, 2, 3]) ?? 1;
    const prompt = Number(Object(pricing).prompt ?? 0) * factor;
    return { ...Object(pricing), prompt: prompt.toFixed(12) };
  }
}
