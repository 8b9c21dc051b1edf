const ITEM = Buffer.from('infe', 'latin1');
/** Kinds of pictures that are made of other pictures: of tiles, of layers, of another one turned. */
const DERIVED = /^(grid|iovl|iden|tili)$/;

/**
 * Whether an AVIF has a picture that is put together of others. Its measures are whatever it says, and the decoder holds
 * none of its parts against them: 700 bytes that said 100 × 100 had it decode 144 tiles, for 9 seconds and 700 MB.
 * Cameras and programs put pictures together that are larger than what is rendered anyway.
 *
 * Entries are looked for wherever they lie, not where they should: who finds them otherwise than the decoder does has
 * looked for nothing. Source: ISO/IEC 14496-12, 8.11.6.
 */
export function isPutTogether(file: Buffer): boolean {
  for (let at = file.indexOf(ITEM); at >= 0; at = file.indexOf(ITEM, at + 1)) {
    const version = file[at + 4] ?? 0;
    // Behind version and flags, the item's number and its protection.
    const type = at + 8 + (version >= 3 ? 4 : 2) + 2;
    if (DERIVED.test(file.toString('latin1', type, type + 4))) return true;
  }
  return false;
}
