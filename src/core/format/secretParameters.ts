/**
 * Which parameters of an address are secrets: by their names, and by values that nobody would have thought up. Rather one
 * too many: a masked filter is a nuisance, a key in a file that is passed around is damage.
 */

const WORDS: ReadonlySet<string> = new Set([
  ...['access', 'auth', 'oauth', 'authorization', 'bearer', 'code', 'cookie', 'cred', 'credential', 'credentials'],
  ...['csrf', 'hash', 'hmac', 'jwt', 'key', 'keys', 'login', 'mac', 'nonce', 'otp', 'pass', 'passphrase', 'pat', 'pin'],
  ...['private', 'pw', 'pwd', 'sas', 'session', 'sessionid', 'sid', 'sig', 'sign', 'signed', 'ticket', 'totp', 'user'],
  ...['username'],
]);
const STEMS = /token|secret|passw|signature|credential|(?:api|access|auth|private|secret)[-_]?key|assertion/i;

/** What comes and goes with a signature: the clouds' own parameters, and until when it holds. */
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

/** What of an address's parameters nothing may repeat, in both its spellings. */
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
/** No word, no id and no date has as many letters and digits without a break. */
const LONGEST_WORD = 24;
/** From here on a mixture is one that no name of a model has. */
const LONGEST_MIXTURE = 12;

/** Whether a value looks made by chance: a key by its prefix, a UUID, or a long run that letters and digits share. */
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
