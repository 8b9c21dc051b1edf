/** What the documents say of the picture or clip of a row. */
export interface MediaRow {
  type?: string | null;
  location?: string | null;
  thumbnailUrl?: string | null;
  /** Addresses that the gateway made of them; null: there is none to load from, or not for this caller. */
  mediaUrl?: string | null;
  previewUrl?: string | null;
  name?: string | null;
  prompt?: string | null;
}

/** How wide a preview is drawn: twice what a card is, for screens of two dots for one. */
const PREVIEW_WIDTH = 640;

const isAddress = (text: string | null | undefined): text is string =>
  typeof text === 'string' && /^(?:https?:|data:(?:image|video)\/|blob:)/i.test(text);

/** A path in a bucket that anybody reads by its address (docs/storage.md): no need to ask for one. */
const OPEN_PATH = /^(?:public|lora_files)\/.+/;
const IS_PICTURE = /\.(?:avif|gif|jpe?g|png|webp)$/i;

function openAddress(location: string | null | undefined, width?: number): string | undefined {
  if (!location || !OPEN_PATH.test(location)) return undefined;
  const path = location.split('/').map(encodeURIComponent).join('/');
  return width && IS_PICTURE.test(location)
    ? `/storage/v1/render/image/public/${path}?width=${width}`
    : `/storage/v1/object/public/${path}`;
}

/** Where the whole of it is loaded from. */
export function mediaOf(row: MediaRow): string | undefined {
  return [row.mediaUrl, row.location].find(isAddress) ?? openAddress(row.location);
}

/** A picture to show in its place. */
export function previewOf(row: MediaRow): string | undefined {
  const given = [row.previewUrl, row.thumbnailUrl].find(isAddress);
  if (given) return given;
  const drawn = openAddress(row.thumbnailUrl, PREVIEW_WIDTH);
  if (drawn) return drawn;
  const media = mediaOf(row);
  if (!media || isClip(row, media)) return undefined;
  return openAddress(row.location, PREVIEW_WIDTH) ?? media;
}

/** Whether it is played rather than shown. A moving SVG is of type video, and a picture to the browser. */
export function isClip(row: MediaRow, address: string): boolean {
  if (address.startsWith('data:')) return address.startsWith('data:video/');
  return row.type === 'video' && !/\.svg(?:[?#]|$)/i.test(address);
}

/** What it is called, for whoever cannot see it too. */
export function titleOf(row: MediaRow): string {
  return row.name || row.prompt || (row.type === 'video' ? 'Untitled clip' : 'Untitled picture');
}
