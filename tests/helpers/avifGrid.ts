import sharp from 'sharp';

const u8 = (value: number) => Buffer.from([value]);
const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const text = (value: string) => Buffer.from(value, 'latin1');

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), text(type), body]);
}
const full = (type: string, version: number, flags: number, ...content: Buffer[]) =>
  box(type, u32((version << 24) | flags), ...content);

/** The first box of this type, wherever it lies. */
function cut(file: Buffer, type: string): Buffer {
  const at = file.indexOf(type) - 4;
  return file.subarray(at, at + file.readUInt32BE(at));
}

export interface Grid {
  /** How the picture is put together: `iovl` of layers. */
  type?: 'grid' | 'iovl' | 'iden';
  /** Of one tile, in pixels. */
  side: number;
  rows: number;
  columns: number;
  /** What the grid says it comes to; by default what its tiles do. */
  width?: number;
  height?: number;
  /** What is written beside it as its measures; by default the same. */
  told?: { width: number; height: number };
}

/**
 * An AVIF that is put together of tiles, each of them the same one: a few hundred bytes for whatever number of pixels.
 * ISO/IEC 23008-12, 6.6.2.3.
 */
export async function avifGrid({ side, rows, columns, ...rest }: Grid): Promise<Buffer> {
  const { width = side * columns, height = side * rows, type = 'grid' } = rest;
  const told = rest.told ?? { width, height };
  const tile = await sharp({ create: { width: side, height: side, channels: 3, background: '#c0ffee' } })
    .avif({ effort: 0, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const count = rows * columns;
  const mdat = tile.indexOf('mdat') + 4;
  const coded = tile.subarray(mdat, mdat - 8 + tile.readUInt32BE(mdat - 8));
  const grid = Buffer.concat([u8(0), u8(1), u8(rows - 1), u8(columns - 1), u32(width), u32(height)]);

  const GRID = 1;
  const TILE = 2;
  const item = (id: number, type: string) => full('infe', 2, 0, u16(id), u16(0), text(type), u8(0));
  const ispe = (of: { width: number; height: number }) => full('ispe', 0, 0, u32(of.width), u32(of.height));
  const measures = (id: number, ...properties: number[]) =>
    Buffer.concat([u16(id), u8(properties.length), ...properties.map(u8)]);
  const meta = (at: number) => {
    const lies = (id: number, start: number, length: number) =>
      Buffer.concat([u16(id), u16(0), u16(1), u32(start), u32(length)]);
    return full(
      'meta',
      0,
      0,
      full('hdlr', 0, 0, u32(0), text('pict'), Buffer.alloc(13)),
      full('pitm', 0, 0, u16(GRID)),
      full(
        'iloc',
        0,
        0,
        u16(0x4400),
        u16(2),
        lies(GRID, at, grid.length),
        lies(TILE, at + grid.length, coded.length),
      ),
      full('iinf', 0, 0, u16(2), item(GRID, type), item(TILE, 'av01')),
      full(
        'iref',
        0,
        0,
        box('dimg', u16(GRID), u16(count), Buffer.concat(Array.from({ length: count }, () => u16(TILE)))),
      ),
      box(
        'iprp',
        box(
          'ipco',
          ispe(told),
          ispe({ width: side, height: side }),
          full('pixi', 0, 0, u8(3), u8(8), u8(8), u8(8)),
          cut(tile, 'av1C'),
        ),
        full('ipma', 0, 0, u32(2), measures(GRID, 1, 3), measures(TILE, 2, 3, 4 | 0x80)),
      ),
    );
  };
  const ftyp = box('ftyp', text('avif'), u32(0), text('avifmif1miaf'));
  const head = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(head), box('mdat', grid, coded)]);
}
