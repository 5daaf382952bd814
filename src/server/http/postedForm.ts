import { RequestError } from './errors.ts';

const FORM = /^\s*(?:multipart\/form-data|application\/x-www-form-urlencoded)\s*(?:;|$)/i;

/**
 * Reads the form in a request.
 * @param most how many bytes it may have
 * @throws RequestError when it is larger, or not a form
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
  // The server still receives the rest for a while, so that the sender gets to read the answer.
  const tooLarge = (): RequestError => new RequestError(413, `At most ${most} bytes are taken.`);
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // A body without a declared length is measured while it arrives.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > most) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
