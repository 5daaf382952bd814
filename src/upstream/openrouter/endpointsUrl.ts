/**
 * Where one model's endpoints are asked for: below the address of the list, `…/api/v1/models/{author}/{slug}/endpoints`.
 * Each part of the id is percent-encoded but for the colon before a variant, as upstream writes such addresses.
 * @param list the list's address; what its query filters says nothing of one model
 */
export function endpointsUrl(list: URL, model: string): URL {
  const url = new URL(list);
  const parts = model.split('/').map((part) => encodeURIComponent(part).replaceAll('%3A', ':'));
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${parts.join('/')}/endpoints`;
  url.search = '';
  url.hash = '';
  return url;
}

/** Whether an id can be asked about: an address must not lead elsewhere than below the list's. */
export function canBeAsked(model: string): boolean {
  return !model.split('/').some((part) => part === '' || part === '.' || part === '..');
}
