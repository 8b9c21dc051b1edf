import { StorageError } from './errors';
import { isActive, isTextual, nameType, readMediaType, type MediaType } from './mediaTypes';
import { show } from './names';
import { readText, sniffMarkup } from './sniffText';

/** How much of a file says what it is. */
export const HEAD_BYTES = 4_100;

const UNKNOWN = 'application/octet-stream';
const SVG = 'image/svg+xml';

/**
 * What an object is, from its content: what has a mark of its type is that; what is text is the text that was
 * declared, unless it is markup; and the rest is what was declared, or unknown. An image, a video, a sound and the
 * like must prove what they are: whoever is let in by such a type is not let in by another one.
 * @param head the first HEAD_BYTES bytes, fewer only when there are no more
 * @param declared the Content-Type that came with it
 * @param name of the object: where nothing is declared it says which text a text is, and no more
 * @returns a type that can stand in a header as it is
 * @throws StorageError InvalidMimeType
 */
export async function detectType(head: Buffer, declared: string | undefined, name: string): Promise<string> {
  const said = declared?.trim() ? readMediaType(declared) : undefined;
  const claim = said?.type === UNKNOWN ? undefined : said;
  // No browser takes these as one file, and some take them apart.
  if (claim && /^(?:multipart|message)\//.test(claim.type))
    throw contradiction(claim.type, 'one file, not a message of several');
  const opaque = isOpaque(head);
  const text = opaque ? undefined : readText(head, head.length >= HEAD_BYTES, claim?.charset);
  const mark = opaque ? undefined : await findMark(head, text !== undefined);
  // Whoever says that it is no sound, or says nothing, is believed before eleven bits are.
  const found = mark && isWeak(mark, head) && !claim?.type.startsWith('audio/') ? undefined : mark;
  if (found !== undefined) return settle(claim, found);

  if (text === undefined) {
    if (claim && mustProve(claim.type)) throw contradiction(claim.type, 'not recognised as any type');
    return claim && !isTextual(claim.type) && !opaque ? claim.type : UNKNOWN;
  }
  const markup = MARKUP[sniffMarkup(text) ?? 'none'];
  if (claim && mustProve(claim.type)) {
    if (claim.type === SVG && markup === SVG) return SVG;
    const is = markup ?? 'text/plain';
    throw text === '' ? contradiction(claim.type, 'empty') : contradiction(claim.type, is, is);
  }
  if (text === '') return claim ? inWords(claim) : UNKNOWN;
  if (!claim) return markup ?? typeByName(name);
  // Markdown begins with HTML as often as not, and no browser takes it for that.
  const isItself = markup === undefined || claim.type === 'text/markdown' || !isTextual(claim.type);
  if (isItself || (markup === 'application/xml' && claim.type.endsWith('+xml'))) return inWords(claim);
  return markup;
}

const MARKUP: Record<string, string | undefined> = {
  html: 'text/html',
  xhtml: 'application/xhtml+xml',
  svg: SVG,
  xml: 'application/xml',
};

const TEXTS = new Map([
  ['json', 'application/json'],
  ['csv', 'text/csv'],
  ['md', 'text/markdown'],
  ['css', 'text/css'],
  ['vtt', 'text/vtt'],
]);

function typeByName(name: string): string {
  return TEXTS.get(/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '') ?? 'text/plain';
}

/**
 * The type whose mark stands at the beginning. Marks of two or three letters also begin words ("BMW", "GIF"), and a
 * script can be written behind them: so what is text through and through is no picture, whatever it begins with.
 */
async function findMark(head: Buffer, isText: boolean): Promise<string | undefined> {
  // Read with the first upload: no start has to wait for it.
  const { fileTypeFromBuffer } = await import('file-type/core');
  // Its own faults are not the file's: what it cannot take apart has no mark.
  const result = await fileTypeFromBuffer(head).catch(() => undefined);
  const type = result && nameType(result.mime);
  if (type === undefined || isTextual(type)) return undefined;
  return isText && !MARKED_TEXTS.has(type) ? undefined : type;
}

/** Sounds without a header begin with eleven bits, as one file of any kind in two thousand does. */
function isWeak(mark: string, head: Buffer): boolean {
  return /^audio\/(?:mpeg|aac)$/.test(mark) && head.toString('latin1', 0, 3) !== 'ID3';
}

const MARKED_TEXTS = new Set([
  'application/pdf',
  'application/postscript',
  'application/eps',
  'application/rtf',
]);

/**
 * What must not be searched for marks, because its first bytes can be any. Weights of a model: safetensors (the length
 * of a JSON header in eight bytes, then the header; 19,778 is "BM", the mark of a bitmap) and pickles. And UTF-16,
 * whose mark of byte order is that of a sound too; what is written in it is not looked into.
 */
function isOpaque(head: Buffer): boolean {
  const [first = 0, second = 0] = head;
  if (first === 0x80 && second >= 2 && second <= 5) return true;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  if (head.length < 10 || head.readUInt32LE(4) !== 0) return false;
  return /^\{[\s"}]/.test(head.toString('latin1', 8, 10));
}

/** What was declared against what was found. */
function settle(claim: MediaType | undefined, found: string): string {
  if (!claim || claim.type === found) return found;
  if (familyOf(claim.type) === familyOf(found)) return claim.type;
  // A browser names pictures by the ends of their names, and people rename them: a picture is still a picture.
  if (kindOf(claim.type) === kindOf(found) && /^(?:image|video|audio)$/.test(kindOf(found))) return found;
  if (mustProve(claim.type)) throw contradiction(claim.type, found, found);
  // Many formats are a box of another: a .pptx is a zip, a .doc an OLE file.
  const isBox = BOXES.has(found) && /^(?:application|model)\//.test(claim.type);
  return isBox && !isActive(claim.type) && !isTextual(claim.type) ? claim.type : found;
}

const kindOf = (type: string) => type.split('/')[0] ?? '';

const BOXES = new Set(['application/zip', 'application/gzip', 'application/x-cfb', 'application/x-tar']);

/** What shares its mark, so that only the sender can tell one from the other. */
const FAMILIES: readonly RegExp[] = [
  /^(?:(?:video|audio)\/(?:mp4|3gpp2?)|video\/(?:quicktime|x-m4v))$/,
  /^(?:video|audio)\/(?:webm|matroska)$/,
  /^(?:(?:video|audio)\/ogg|application\/ogg)$/,
  /^(?:(?:video|audio)\/x-ms-(?:asf|wm[av])|application\/vnd\.ms-asf)$/,
  /^(?:video|audio)\/mpeg$/,
  /^image\/(?:heic|heif|avif)(?:-sequence)?$/,
  /^image\/a?png$/,
  /^image\/(?:tiff|x-adobe-dng|x-nikon-nef|x-canon-cr2|x-sony-arw)$/,
  /^font\/(?:ttf|otf|sfnt|collection)$/,
];

function familyOf(type: string): string {
  const index = FAMILIES.findIndex((family) => family.test(type));
  return index === -1 ? type : String(index);
}

/** Types that a bucket is limited to, or a browser shows: they have a mark, and without it they are a lie. */
function mustProve(type: string): boolean {
  return /^(?:image|video|audio|font)\//.test(type) || PROVABLE.has(type);
}

const PROVABLE = new Set([
  'application/pdf',
  'application/zip',
  'application/gzip',
  'application/x-bzip',
  'application/x-7z-compressed',
  'application/vnd.rar',
  'application/x-tar',
  'application/x-xz',
  'application/zstd',
  'application/wasm',
  'application/ogg',
  'model/gltf-binary',
]);

const inWords = (claim: MediaType) =>
  claim.charset !== undefined && isTextual(claim.type)
    ? `${claim.type}; charset=${claim.charset}`
    : claim.type;

function contradiction(claimed: string, is: string, sendAs: string = UNKNOWN): StorageError {
  return new StorageError(
    'InvalidMimeType',
    `mime type ${show(claimed)} is not supported: the content is ${is}. Send it as ${sendAs}, or send what was declared.`,
  );
}
