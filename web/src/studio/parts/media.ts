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

const isAddress = (text: string | null | undefined): text is string =>
  typeof text === 'string' && /^(?:https?:|data:(?:image|video)\/|blob:)/i.test(text);

/** Where the whole of it is loaded from. */
export function mediaOf(row: MediaRow): string | undefined {
  return [row.mediaUrl, row.location].find(isAddress);
}

/** A picture to show in its place. */
export function previewOf(row: MediaRow): string | undefined {
  const media = mediaOf(row);
  return (
    [row.previewUrl, row.thumbnailUrl].find(isAddress) ?? (media && !isClip(row, media) ? media : undefined)
  );
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
