import { type Answer, readStripped, stripAnswer } from '../../core/endpoints/answer.ts';
import { hashOf } from '../archive/hash.ts';

/** An answer without its telemetry, read only where it is another than before. */
export interface GivenAnswer {
  readonly text: Buffer;
  readonly sha256: string;
  /** Endpoints in it, believable or not. */
  readonly size: number;
  /** @throws RejectedError where nothing of it may be believed */
  readonly read: () => Answer;
}

/**
 * Takes upstream's answer about a model for what is worth keeping of it.
 * @throws RejectedError where it is no JSON, or too large
 */
export function takeAnswer(body: Buffer, model: string): GivenAnswer {
  const stripped = stripAnswer(body);
  const { bytes: text, telemetry } = stripped;
  let answer: Answer | undefined;
  const read = (): Answer => (answer ??= readStripped(stripped, model));
  return { text, sha256: hashOf(text), size: telemetry.length, read };
}
