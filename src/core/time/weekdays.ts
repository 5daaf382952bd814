/** As upstream writes the days of its schedules; a weekday elsewhere is its place in here. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Weekdays in the week's order, each once, joined by `+`; undefined where anything else is among them. */
export function weekdaysText(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const names: readonly unknown[] = WEEKDAYS;
  return value.every((day) => names.includes(day))
    ? WEEKDAYS.filter((day) => value.includes(day)).join('+')
    : undefined;
}

/** The weekday of an instant, UTC. */
export function weekdayOf(at: Date): number {
  return (at.getUTCDay() + 6) % 7;
}
