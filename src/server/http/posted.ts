import { RequestError } from './errors.ts';

const FORM = /^\s*(?:multipart\/form-data|application\/x-www-form-urlencoded)\s*(?:;|$)/i;

/**
 * The form that a request carries, read to its end only where it is not too large.
 * @param most bytes
 * @throws RequestError for anything else
 */
export async function readForm(request: Request, most: number): Promise<FormData> {
  const type = request.headers.get('content-type') ?? '';
  if (!FORM.test(type)) throw new RequestError(415, 'A form is expected here.');
  const body = await readBounded(request, most);
  try {
    return await new Response(body, { headers: { 'content-type': type } }).formData();
  } catch (cause) {
    throw new RequestError(400, 'This is no form that can be read.', { cause });
  }
}

async function readBounded(request: Request, most: number): Promise<Uint8Array<ArrayBuffer>> {
  // What still comes is passed over for a while by the server, so that whoever sends it also reads the answer.
  const tooLarge = (): RequestError => new RequestError(413, `At most ${most} bytes are taken.`);
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // A body without a length is counted while it comes.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > most) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
