import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32, createDeflate, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { createLogger } from '../../server/log';
import { createRenditions, type RenditionRequest } from '../../server/storage/renditions/renditions';
import { readTransform } from '../../server/storage/renditions/transform';

export const LIMITS = {
  pixelsMax: 50_000_000,
  inputBytesMax: 25_000_000,
  atOnce: 2,
  waitingMax: 20,
  cacheBytes: 64_000_000,
  timeoutMs: 20_000,
};

export const openRenditions = (changes: Partial<typeof LIMITS> = {}) =>
  createRenditions({ ...LIMITS, ...changes }, createLogger({ logLevel: 'silent' }));

let versions = 0;

/** Asks for a rendition of these bytes, which lie under a key of their own unless one is given. */
export function ask(
  bytes: Buffer,
  query: Record<string, unknown> = {},
  rest: Partial<RenditionRequest> = {},
): RenditionRequest {
  return {
    key: `version-${versions++}`,
    read: () => Promise.resolve(Readable.from(inPieces(bytes), { objectMode: false })),
    transform: readTransform(query),
    ...rest,
  };
}

function* inPieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

export type Colour = [red: number, green: number, blue: number];

/** One colour on the left, another on the right. */
export function twoColours(width: number, height: number, left: Colour, right: Colour) {
  const half = { width: Math.floor(width / 2), height, channels: 3 as const };
  return sharp({ create: { ...half, width, background: rgb(right) } }).composite([
    { input: { create: { ...half, background: rgb(left) } }, left: 0, top: 0 },
  ]);
}

const rgb = ([r, g, b]: Colour) => ({ r, g, b });

/** A picture that hardly any format makes smaller. */
export const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 50 },
    },
  });

/** The colour at a place, given as shares of width and height. */
export async function colourAt(picture: Buffer, x: number, y: number): Promise<Colour> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at =
    (Math.floor(y * (info.height - 1)) * info.width + Math.floor(x * (info.width - 1))) * info.channels;
  return [data[at]!, data[at + 1]!, data[at + 2]!];
}

/** A PNG of these chunks, sound or not. */
export function pngOf(...chunks: [name: string, data: Buffer][]): Buffer {
  const written = chunks.map(([name, data]) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  });
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...written]);
}

/** That a PNG has so many pixels, of 8 bits for each colour. */
export function pngHeader(width: number, height: number, colours: 'grey' | 'rgb' = 'grey'): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = colours === 'rgb' ? 2 : 0;
  return header;
}

/** Little that unpacks to so much. */
export const packed = (bytes: number) => deflateSync(Buffer.alloc(bytes), { level: 1 });

/** The same, of more than the test itself should hold at once. */
export async function packedInPieces(bytes: number): Promise<Buffer> {
  const piece = Buffer.alloc(1_000_000);
  function* pieces() {
    for (let left = bytes; left > 0; left -= piece.length) yield piece.subarray(0, left);
  }
  return buffer(Readable.from(pieces()).pipe(createDeflate({ level: 1 })));
}
