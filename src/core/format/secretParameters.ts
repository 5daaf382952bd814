/**
 * Recognizes secrets among the parameters of an address, by their names and by values that look random. It rather masks
 * one too many: a masked filter is a nuisance, but a key in a file that is passed around does damage.
 */

const WORDS: ReadonlySet<string> = new Set([
  ...['access', 'auth', 'oauth', 'authorization', 'bearer', 'code', 'cookie', 'cred', 'credential', 'credentials'],
  ...['csrf', 'hash', 'hmac', 'jwt', 'key', 'keys', 'login', 'mac', 'nonce', 'otp', 'pass', 'passphrase', 'pat', 'pin'],
  ...['private', 'pw', 'pwd', 'sas', 'session', 'sessionid', 'sid', 'sig', 'sign', 'signed', 'ticket', 'totp', 'user'],
  ...['username'],
]);
const STEMS = /token|secret|passw|signature|credential|(?:api|access|auth|private|secret)[-_]?key|assertion/i;

/** Parameters that belong to a signature: those of cloud storage, and its expiry. */
const OF_SIGNATURE =
  /^(?:x-(?:amz|goog|ms)-.*|awsaccesskeyid|googleaccessid|key-pair-id|policy|expir\w*|exp|date|time|timestamp|ts|s[a-z]{1,3}|sk[a-z]{2,4})$/i;
const SIGNATURE = /^(?:x-(?:amz|goog)-signature|signature|sig|sign|hmac)$/i;

/** @returns the names of an address's parameters that are secret */
export function secretParameters(parameters: Iterable<readonly [name: string, value: string]>): ReadonlySet<string> {
  const all = [...parameters];
  const isSigned = all.some(([name]) => SIGNATURE.test(name));
  const secret = all.filter(
    ([name, value]) => isSecretName(name) || isRandom(value) || (isSigned && OF_SIGNATURE.test(name)),
  );
  return new Set(secret.map(([name]) => name));
}

/** The values of an address's secret parameters, plain and percent-encoded, which no output may contain. */
export function secretValues(parameters: URLSearchParams): string[] {
  return [...secretParameters(parameters)]
    .flatMap((name) => parameters.getAll(name))
    .flatMap((value) => [value, encodeURIComponent(value)]);
}

function isSecretName(name: string): boolean {
  // `AWSAccessKeyId`, `api-key` and `api_key` are the same words.
  const words = name.replace(/([a-z\d])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3 $2$4').split(/[^A-Za-z\d]+/);
  return STEMS.test(name) || /^x-(?:amz|goog)-/i.test(name) || words.some((word) => WORDS.has(word.toLowerCase()));
}

const PREFIXED = /^(?:sk|pk|rk|gh[a-z]|github_pat|glpat|xox[a-z]|hf|eyJ|AKIA|ASIA|AIza|ya29|Bearer|Basic)[-_. A-Z\d]/;
const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/i;
/** No word, id or date has so many letters and digits in a row. */
const LONGEST_WORD = 24;
/** No name of a model mixes letters and digits over such a length. */
const LONGEST_MIXTURE = 12;

/** Whether a value looks random: it has the prefix of a key, is a UUID, or a long mixture of letters and digits. */
export function isRandom(value: string): boolean {
  if (PREFIXED.test(value) || UUID.test(value)) return true;
  return value.split(/[^A-Za-z\d]+/).some((run) => run.length >= LONGEST_WORD || isMixture(run));
}

function isMixture(run: string): boolean {
  if (run.length < LONGEST_MIXTURE) return false;
  // How often the kind changes: `gpt4o` twice, `llama3` once, 16 random hexadecimal digits seven times.
  const kinds = run
    .replace(/[a-z]+/g, 'a')
    .replace(/[A-Z]+/g, 'A')
    .replace(/\d+/g, '0');
  return kinds.length >= (kinds.includes('0') ? 5 : 8);
}
