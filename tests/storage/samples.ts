import sharp from 'sharp';

/** The beginnings of files as they are, the images made by the library that will read them. */
export async function makeImages(): Promise<
  Record<'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'tiff', Buffer>
> {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c0ffee' } });
  const [png, jpeg, webp, gif, avif, tiff] = await Promise.all([
    image.clone().png().toBuffer(),
    image.clone().jpeg().toBuffer(),
    image.clone().webp().toBuffer(),
    image.clone().gif().toBuffer(),
    image.clone().avif().toBuffer(),
    image.clone().tiff().toBuffer(),
  ]);
  return { png, jpeg, webp, gif, avif, tiff };
}

const box = (brand: string) =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 24]),
    Buffer.from(`ftyp${brand}\0\0\0\0${brand}mp41`),
    Buffer.alloc(64),
  ]);

const ebml = Buffer.concat([
  Buffer.from('1a45dfa3934282847765626d', 'hex').subarray(0, 5),
  Buffer.from('4282847765626d', 'hex'),
  Buffer.alloc(64),
]);

export const files = {
  mp4: box('isom'),
  mov: box('qt  '),
  m4a: box('M4A '),
  webm: ebml,
  wav: Buffer.concat([Buffer.from('RIFF\x24\0\0\0WAVEfmt '), Buffer.alloc(64)]),
  mp3: Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0'), Buffer.from('fffb9064', 'hex'), Buffer.alloc(500)]),
  flac: Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(64)]),
  ogg: Buffer.concat([
    Buffer.from('OggS\0\x02'),
    Buffer.alloc(22),
    Buffer.from('\x01vorbis'),
    Buffer.alloc(64),
  ]),
  pdf: Buffer.from('%PDF-1.7\n1 0 obj\n'),
  zip: Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\0\0'), Buffer.alloc(100)]),
  gzip: Buffer.from('1f8b0800000000000003', 'hex'),
  exe: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)]),
  bmp: Buffer.concat([Buffer.from('BM'), Buffer.alloc(100)]),
  pickle: Buffer.from('\x80\x04\x95\x10\0\0\0\0\0\0\0}\x94.', 'latin1'),
};

/** A file of weights whose header has that many bytes. */
export function makeSafetensors(headerBytes: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(headerBytes));
  return Buffer.concat([length, Buffer.from('{"__metadata__":{"format":"pt"},"w":{"dtype":"F16"}}')]);
}

/** What browsers take for HTML. */
export const PAGES: [string, string][] = [
  ['a page', '<!DOCTYPE html><p>x'],
  ['a page without doctype', '<html><body>'],
  ['a script', '<script>alert(1)</script>'],
  ['a page in capitals', '<HTML>'],
  ['a page behind white space', ' \t\r\n\f <html>'],
  ['a page behind a mark of byte order', '\ufeff<html>'],
  ['a page behind comments', '<!-- a --> <!-- > --><html>'],
  ['a page behind a comment that does not end', `<!-- ${'x'.repeat(5000)}--><html>`],
  ['a page behind an instruction', '<?php echo 1 ?><script>'],
  ['an element', '<svgx></svgx><script>'.replace('<svgx></svgx>', '<div>')],
  ['a frame', '<iframe src=//x>'],
  ['an image of HTML', '<img src=x onerror=alert(1)>'],
];
