import { alice } from '../helpers/actors';
import { textUpload, type Attack, type Sent } from './hostileWorld';
import { files } from './samples';

const at = `${alice.id}/a.bin`;
const upload = (name: string, rest: Partial<Sent>, told: string): Attack => ({
  ...{ name: `an upload: ${name}`, sent: textUpload(at, rest), told },
});
const header = (name: string, value: string, told = 'InvalidRequest') =>
  upload(`the header ${name}: ${JSON.stringify(value).slice(0, 40)}`, { headers: { [name]: value } }, told);
const base64 = (text: string) => Buffer.from(text).toString('base64');

const headers: Attack[] = [
  header('cache-control', 'max-age=1\r', 'NotHttp'),
  header('cache-control', 'max-age=1\0', 'NotHttp'),
  header('cache-control', '<script>'),
  header('cache-control', 'a'.repeat(300)),
  header('content-type', 'text/plain\n x', 'NotHttp'),
  header('content-type', 'no type', 'InvalidMimeType'),
  header('content-type', `text/${'a'.repeat(300)}`, 'InvalidMimeType'),
  header('content-type', 'multipart/mixed; boundary=a', 'InvalidMimeType'),
  header('content-type', 'text/\u00e4', 'InvalidMimeType'),
  header('content-encoding', 'x-evil'),
  header('content-encoding', 'gzip, gzip'),
  header('content-encoding', 'br;q=1'),
  header('x-metadata', '{"raw":1}'),
  header('x-metadata', base64('[1]')),
  header('x-metadata', base64('"a"')),
  header('x-metadata', base64('{"a":')),
  header('x-metadata', base64('{"a":"\\u0000"}')),
  header('x-metadata', base64('{"a":"\\ud800"}')),
  header('x-metadata', base64(`{"a":${'['.repeat(4_000)}${']'.repeat(4_000)}}`)),
  header('x-metadata', 'a'.repeat(100_000), 'NotHttp'),
  header('expect', 'a wonder', 'Nothing'),
];

const lengths: Attack[] = [
  upload('without a length', { body: '', headers: {} }, 'MissingContentLength'),
  upload('a length that is no number', { headers: { 'content-length': 'five' } }, 'NotHttp'),
  upload('a length below zero', { headers: { 'content-length': '-5' } }, 'NotHttp'),
  upload('a length in hex', { headers: { 'content-length': '0x5' } }, 'NotHttp'),
  upload('two lengths', { headers: { 'content-length': ['5', '6'] } }, 'NotHttp'),
  upload('two lengths in one', { headers: { 'content-length': '5, 6' } }, 'NotHttp'),
  upload('a length beyond all numbers', { headers: { 'content-length': '9'.repeat(30) } }, 'NotHttp'),
  upload(
    'a length beyond the bucket',
    { headers: { 'content-length': String(6 * 2 ** 30) } },
    'EntityTooLarge',
  ),
  upload(
    'a length and pieces',
    { headers: { 'content-length': '5', 'transfer-encoding': 'chunked' } },
    'NotHttp',
  ),
  upload(
    'fewer bytes than were promised',
    { headers: { 'content-length': '50' }, breaksOff: true },
    'Nothing',
  ),
  upload(
    'pieces that are none',
    { headers: { 'transfer-encoding': 'chunked' }, body: 'zz\r\nwords' },
    'NotHttp',
  ),
  upload(
    'pieces that end within one',
    { headers: { 'transfer-encoding': 'chunked' }, body: 'ff\r\nwords', breaksOff: true },
    'Nothing',
  ),
  upload(
    'pieces without an end',
    { headers: { 'transfer-encoding': 'chunked' }, body: '5\r\nwords\r\n', breaksOff: true },
    'Nothing',
  ),
  upload(
    'a piece of a length below zero',
    { headers: { 'transfer-encoding': 'chunked' }, body: '-1\r\nwords\r\n' },
    'NotHttp',
  ),
  upload(
    'an encoding behind the pieces',
    { headers: { 'transfer-encoding': 'chunked, gzip' }, body: '5\r\nwords\r\n0\r\n\r\n' },
    'NotHttp',
  ),
];

const part = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
const field = (name: string, value: string) => part(`content-disposition: form-data; name="${name}"`, value);
const fileOf = (content: string, type = 'text/plain') =>
  part(`content-disposition: form-data; name=""; filename="a.txt"\r\ncontent-type: ${type}`, content);
const form = (name: string, body: string, told = 'InvalidRequest', rest: Partial<Sent> = {}): Attack => ({
  name: `a form: ${name}`,
  sent: {
    ...textUpload(at, { body, headers: { 'content-type': 'multipart/form-data; boundary=b' } }),
    ...rest,
  },
  told,
});

const forms: Attack[] = [
  form('without a boundary', fileOf('a'), 'InvalidRequest', {
    headers: { 'content-type': 'multipart/form-data' },
  }),
  form('with another boundary', fileOf('a'), 'InvalidRequest', {
    headers: { 'content-type': 'multipart/form-data; boundary=c' },
  }),
  form('empty', '', 'MissingContentLength'),
  form('without a file', `${field('cacheControl', '3600')}--b--\r\n`),
  form('with two files', `${fileOf('a')}${fileOf('b')}--b--\r\n`),
  form('that ends in its file', fileOf('words').slice(0, -4)),
  form('that ends behind its file', fileOf('words')),
  form('that ends in its head', '--b\r\ncontent-disp'),
  form('with a thousand fields', `${field('a', 'b').repeat(1_000)}${fileOf('a')}--b--\r\n`),
  form('with a thousand fields behind its file', `${fileOf('a')}${field('a', 'b').repeat(1_000)}--b--\r\n`),
  form('with a head that does not end', `--b\r\n${'x-a: b\r\n'.repeat(20_000)}`),
  form('with a long line in a head', `--b\r\nx-a: ${'b'.repeat(200_000)}\r\n`),
  form(
    'with metadata of 100 kB',
    `${field('metadata', `{"a":"${'a'.repeat(100_000)}"}`)}${fileOf('a')}--b--\r\n`,
  ),
  form(
    'with deep metadata',
    `${field('metadata', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)}${fileOf('a')}--b--\r\n`,
  ),
  form('with metadata that is no object', `${field('metadata', '[1]')}${fileOf('a')}--b--\r\n`),
  form(
    'with CR and LF in a field',
    `${field('cacheControl', 'max-age=1\r\nset-cookie: a=b')}${fileOf('a')}--b--\r\n`,
  ),
  form(
    'whose field says another type than its content',
    `${field('contentType', 'image/png')}${fileOf('a')}--b--\r\n`,
    'InvalidMimeType',
  ),
  form(
    'whose file says another type than its content',
    `${fileOf('<script>', 'video/mp4')}--b--\r\n`,
    'InvalidMimeType',
  ),
  form('that is not whole', fileOf('words'), 'Nothing', {
    headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': '500' },
    breaksOff: true,
  }),
];

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const lie = (name: string, body: string | Buffer, type: string, bucket = 'public'): Attack => ({
  name: `a lie: ${name} as ${type}`,
  sent: { path: `/object/${bucket}/${at}`, body, headers: { 'content-type': type } },
  told: 'InvalidMimeType',
});

const lies: Attack[] = [
  ...['image/png', 'image/jpeg', 'video/mp4', 'text/plain', 'application/json', 'text/html'].map((type) =>
    lie('HTML', '<!DOCTYPE html><script>alert(1)</script>', type),
  ),
  lie('HTML without a type', '<html>', ''),
  lie('SVG', SVG, 'image/png'),
  lie('a page in SVG', `<!DOCTYPE html>${SVG}`, 'image/svg+xml'),
  lie('JavaScript', 'alert(document.domain)', 'image/jpeg'),
  lie('JavaScript', 'alert(document.domain)', 'text/javascript'),
  ...['image/png', 'video/mp4', 'text/plain', 'application/octet-stream'].map((type) =>
    lie('EXE', files.exe, type),
  ),
  lie('EXE', files.exe, 'application/octet-stream', 'lora_files'),
  lie('a zip', files.zip, 'image/png'),
  lie('a PDF', files.pdf, 'image/png'),
  lie('nothing', '', 'image/png'),
  lie('a script behind the mark of a GIF', 'GIF89a/*<script>*/=1;alert(1)', 'image/gif'),
  lie('a page behind the mark of a bitmap', 'BM<html><script>alert(1)</script>', 'image/bmp'),
  lie('half a mark', PNG.subarray(0, 4), 'image/png'),
  lie('a PNG', PNG, 'video/mp4'),
  lie('a page in UTF-16', Buffer.from('\ufeff<html>', 'utf16le'), 'image/png'),
].map((each) =>
  each.sent.body === ''
    ? { ...each, sent: { ...each.sent, headers: { ...each.sent.headers, 'content-length': '0' } } }
    : each,
);

const encoded: Attack[] = [
  upload(
    'a picture that says it is packed',
    { headers: { 'content-type': 'image/png', 'content-encoding': 'gzip' } },
    'InvalidRequest',
  ),
  upload(
    'a page that says it is packed',
    { headers: { 'content-type': 'text/html', 'content-encoding': 'gzip' } },
    'InvalidRequest',
  ),
];

export const UPLOAD_ATTACKS: Attack[] = [...headers, ...lengths, ...forms, ...lies, ...encoded];
