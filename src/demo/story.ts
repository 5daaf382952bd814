/** One answer of the sample. */
export interface StoryStep {
  /** The instant at which it is observed; also its file's name, see {@link fileOf}. */
  readonly at: string;
  readonly title: string;
  /** What `sync` exits with: 0, or 4 if the answer must be held. */
  readonly exitCode: 0 | 4;
}

export const STORY: readonly StoryStep[] = [
  { at: '2026-05-01T06:00:00Z', exitCode: 0, title: 'the first list: 41 models' },
  { at: '2026-05-02T06:00:00Z', exitCode: 0, title: 'the same bytes again, a quiet run' },
  { at: '2026-05-13T06:00:00Z', exitCode: 0, title: 'two newcomers, and one model is a fifth cheaper' },
  { at: '2026-05-16T06:00:00Z', exitCode: 0, title: 'two models go; a key that costs nothing appears on 38 others' },
  {
    at: '2026-05-20T06:00:00Z',
    exitCode: 0,
    title: 'one of the two is back, cheaper, and so is its tier for long prompts',
  },
  { at: '2026-05-24T02:30:00Z', exitCode: 0, title: "a context is cut in half; one model's night window is in force" },
  { at: '2026-05-28T02:30:00Z', exitCode: 0, title: 'one entry is malformed: its price is the word "free"' },
  { at: '2026-06-01T02:30:00Z', exitCode: 4, title: 'half a list: 22 of 42 models are missing' },
  {
    at: '2026-06-05T02:30:00Z',
    exitCode: 0,
    title: 'the whole list again: one price up, one down, a new key on every model',
  },
];

/** The name of a step's file in `data/sample/`. */
export function fileOf(step: StoryStep): string {
  return `${step.at.replaceAll(':', '-')}.json`;
}
