import { inspect } from 'node:util';
import { codeOf, messageOf } from '../../core/errors.ts';
import { quote } from '../../core/reading/quote.ts';
import { AuthenticationRequired, BrokenOff, rootCause } from '../../http/faults.ts';
import { Fault, type Redact } from './fault.ts';

/** The error itself as a `cause`, or where it contains a secret only its redacted message. */
export function safeCause(error: unknown, redact: Redact): unknown {
  const shown = inspect(error, { depth: 8, showHidden: true, maxStringLength: null, maxArrayLength: null });
  return redact(shown) === shown ? error : new Error(redact(messageOf(error)));
}

/** Connection errors that another attempt may overcome, unlike those of certificates or blocked ports. */
const PASSING =
  /^(?:ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOST\w+|ENET\w+|UND_ERR_(?:SOCKET|\w+_TIMEOUT|RES_CONTENT_LENGTH_MISMATCH)|HPE_\w+|Z_\w+|ERR__\w+|ERR_BROTLI\w*|ERR_STREAM_PREMATURE_CLOSE)$/;

/** Errors where there was no connection at all, so that the next request will fail too. */
const UNREACHED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOST\w+|ENET\w+|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_(?:TLS|SSL)_\w+)$/;

const PROXY = 'Check the user and the password in HTTPS_PROXY or HTTP_PROXY.';
const CERTIFICATE =
  'Name the file of the certificate authority, if your network or a proxy signs connections itself: ' +
  'NODE_EXTRA_CA_CERTS=/path/ca.pem, also in .env.';
/** Errors of certificates that are signed by an authority which Node does not trust. */
const UNTRUSTED =
  /^(?:UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT\w*)|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT\w*|CERT_(?:UNTRUSTED|SIGNATURE_FAILURE)|INVALID_CA)$/;

export function connectionFault(error: unknown, redact: Redact): Fault {
  const root = rootCause(error);
  const code = codeOf(root);
  const proxyStatus = Number(/^Proxy .*\((\d{3})\)/.exec(root.message)?.[1] ?? 0);
  const parser = root.name === 'HTTPParserError' || code.startsWith('HPE_');
  const hint = proxyStatus === 407 ? PROXY : UNTRUSTED.test(code) ? CERTIFICATE : undefined;
  const details = {
    retry: PASSING.test(code) || parser || proxyStatus >= 500,
    cause: safeCause(error, redact),
    ...(hint !== undefined && { hint }),
  };
  const reason = quote(redact(root.message || code || root.name));
  // Not from a proxy, which is dealt with above, but from the address itself.
  if (root instanceof AuthenticationRequired) return new Fault('http_error', reason, { ...details, httpStatus: 407 });
  if (error instanceof BrokenOff)
    return new Fault('cut_off', `it broke off (${reason})`, { ...details, httpStatus: 200 });
  if (parser || code === 'UND_ERR_HEADERS_OVERFLOW') return new Fault('bad_http', reason, details);
  const isUnreached = UNREACHED.test(code) || UNTRUSTED.test(code) || proxyStatus > 0;
  return new Fault('unreachable', reason, { ...details, isUnreached });
}
