import { RejectedError } from '../errors.ts';
import { isDeeper, isObject, parseJson } from '../reading/json.ts';
import { MAX_DEPTH } from '../reading/model.ts';
import { quote } from '../reading/quote.ts';
import { type Expected, notJson, tooLarge } from '../reading/rejection.ts';
import { NotJson } from '../reading/scan.ts';
import { decodeUtf8 } from '../reading/slice.ts';
import { withoutMark } from '../reading/text/encoding.ts';
import { type BrokenEndpoint, type Endpoint, isBroken, readEndpoint } from './endpoint.ts';
import { type Stripped, stripTelemetry } from './telemetry.ts';

/** One model's endpoints, as one answer describes them. */
export interface EndpointList {
  /** The model as the answer names it. */
  readonly model: string;
  /** The answer's own bytes, without the values of telemetry keys. */
  readonly text: Buffer;
  readonly endpoints: readonly Endpoint[];
  readonly broken: readonly BrokenEndpoint[];
  /** The measurements of each endpoint: JSON texts by key. */
  readonly telemetry: ReadonlyMap<Endpoint, ReadonlyMap<string, string>>;
}

/** Real models have at most some dozens. */
const MOST_ENDPOINTS = 500;
const MOST_BYTES = 4 << 20;
/** Of all endpoints together: each price and leaf may be an event and an interval. Real answers have some hundreds. */
const MOST_PRICES = 10_000;
const MOST_LEAVES = 50_000;
/** Characters in the names of all of them. */
const MOST_NAME_LENGTH = 2_000_000;

/** What an answer, or a saved file of answers, should be. */
export const ENDPOINTS: Expected = {
  noun: 'an answer about endpoints',
  shape: '{"data": {"endpoints": [...]}}',
  code: 'no_endpoints',
};

/**
 * Reads upstream's answer about one model, `{"data":{…}}`, or only the content of its `data`, as recordings have it.
 * @param model the one that was asked for; undefined where the answer itself must name it
 * @throws RejectedError where it is no such answer
 */
export function readAnswer(body: Buffer, model?: string): EndpointList {
  return readStripped(stripAnswer(body), model);
}

/**
 * The first half of {@link readAnswer}, enough to tell whether it is the same answer as before.
 * @throws RejectedError where it is no JSON
 */
export function stripAnswer(body: Buffer): Stripped {
  if (body.length > MOST_BYTES) throw tooLarge(`An answer has more than ${MOST_BYTES} bytes.`);
  try {
    return stripTelemetry(withoutMark(body));
  } catch (cause) {
    if (!(cause instanceof NotJson)) throw cause;
    throw notJson(body, cause, ENDPOINTS);
  }
}

/** The second half of {@link readAnswer}. */
export function readStripped({ bytes: text, telemetry }: Stripped, model?: string): EndpointList {
  const data = readData(text);
  if (!isObject(data) || !Array.isArray(data.endpoints)) {
    throw new RejectedError('no_endpoints', 'The answer has no "endpoints" array.');
  }
  const { id, endpoints: elements } = data;
  const named = typeof id === 'string' ? id : model;
  if (named === undefined) throw new RejectedError('no_model', 'The answer does not say which model it is about.');
  if (model !== undefined && named !== model) {
    const message = `Upstream was asked about ${model} and answered about ${quote(named, 100)}.`;
    throw new RejectedError('other_model', message);
  }
  if (elements.length > MOST_ENDPOINTS) throw tooLarge(`The answer has more than ${MOST_ENDPOINTS} endpoints.`);
  return { model: named, text, ...sortOut(elements, telemetry) };
}

function sortOut(
  elements: readonly unknown[],
  measured: Stripped['telemetry'],
): Pick<EndpointList, 'endpoints' | 'broken' | 'telemetry'> {
  const broken: BrokenEndpoint[] = [];
  const telemetry = new Map<Endpoint, ReadonlyMap<string, string>>();
  elements.forEach((element, position) => {
    const read = readEndpoint(element, position);
    if (isBroken(read)) broken.push(read);
    else telemetry.set(read, measured[position] ?? new Map());
  });
  const endpoints = [...telemetry.keys()];
  const sum = (sizeOf: (model: Endpoint['asModel']) => number): number =>
    endpoints.reduce((total, { asModel }) => total + sizeOf(asModel), 0);
  if (sum(({ nameLength }) => nameLength) > MOST_NAME_LENGTH)
    throw tooLarge(`The names of the answer's prices and keys have more than ${MOST_NAME_LENGTH} characters.`);
  if (sum(({ prices }) => prices.size) > MOST_PRICES || sum(({ leaves }) => leaves.size) > MOST_LEAVES)
    throw tooLarge(`The answer has more than ${MOST_PRICES} prices, or ${MOST_LEAVES} keys beside them.`);
  return { endpoints, broken, telemetry };
}

function readData(text: Buffer): unknown {
  const source = decodeUtf8(text, 0, text.length);
  let value: unknown;
  try {
    value = parseJson(source);
  } catch (cause) {
    throw new RejectedError('not_json', 'The answer is not JSON.', { cause });
  }
  if (isDeeper(value, source, MAX_DEPTH)) {
    throw new RejectedError('too_deep', `The answer nests more than ${MAX_DEPTH} levels.`);
  }
  return isObject(value) && isObject(value.data) ? value.data : value;
}
