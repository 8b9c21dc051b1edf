import { alice, bob } from '../helpers/actors';
import { textUpload, type Attack } from './hostileWorld';

const me = alice.id;
const file = (name: string, path: string, told = 'InvalidKey'): Attack => ({
  ...{ name: `a name: ${name}`, sent: textUpload(path), told },
});

const names: Attack[] = [
  file('up and into another folder', `${me}/../${bob.id}/a.txt`),
  file('up, encoded', `${me}/%2e%2e/${bob.id}/a.txt`),
  file('up, half encoded', `${me}/.%2E/a.txt`),
  file('up behind an encoded slash', `${me}/..%2f${bob.id}%2fa.txt`),
  file('up from the top', '..%2f..%2f..%2fetc%2fpasswd'),
  file('up, encoded twice', `${me}/%252e%252e/a.txt`),
  file('up by backslashes', `${me}/..\\..\\a.txt`),
  file('up by encoded backslashes', `${me}/..%5c..%5Ca.txt`),
  file('up in overlong UTF-8', `${me}/%c0%ae%c0%ae/a.txt`),
  file('a slash in overlong UTF-8', `${me}/..%e0%80%afa.txt`),
  file('half of a surrogate', `${me}/%ed%a0%80.txt`),
  file('a byte that is no UTF-8', `${me}/%ff.txt`),
  file('a part of one dot', `${me}/./a.txt`),
  file('a part of one dot, encoded', `${me}/%2e/a.txt`),
  file('a part of three dots', `${me}/.../a.txt`),
  file('a part of dots and a space', `${me}/..%20/a.txt`),
  file('two slashes', `${me}//a.txt`),
  file('a slash at the beginning', `/${me}/a.txt`),
  file('a slash at the end', `${me}/a/`),
  file('a space at the end', `${me}/a.txt%20`),
  file('NUL', `${me}/a%00.png`),
  file('CR and LF', `${me}/a%0d%0aset-cookie:%20a=b`),
  file('LF', `${me}/a%0ab`),
  file('a tab', `${me}/a%09b`),
  file('DEL', `${me}/a%7fb`),
  file('an escape of the terminal', `${me}/%1b[2Ja.txt`),
  file('a control character of Latin 1', `${me}/a%c2%85b`),
  file('a turn of the writing', `${me}/a%e2%80%aegnp.exe`),
  file('a mark of byte order', `${me}/%ef%bb%bfa.txt`),
  file('a space without width', `${me}/a%e2%80%8bb.txt`),
  file('a full-width slash', `${me}%ef%bc%8fa.txt`),
  file('a slash for fractions', `${me}/..%e2%81%84a.txt`),
  file('a lone percent sign', `${me}/a%.txt`),
  file('an escape that is none', `${me}/a%zz.txt`),
  file('a letter that is not encoded', `${me}/\u00e4.txt`, 'NotHttp'),
  file('a pipe', `${me}/a|b`),
  file('angle brackets', `${me}/%3Cscript%3E`),
  file('a quote', `${me}/a%22b`),
  file('1,025 bytes', `${me}/${`${'b'.repeat(199)}/`.repeat(5)}`.padEnd(1_025, 'c').slice(0, 1_025)),
  file('2,000 bytes', `${me}/${'a'.repeat(1_963)}`),
  file('20,000 bytes', `${me}/${'a'.repeat(10_000)}`),
  file('a part of 256 bytes', `${me}/${'a'.repeat(256)}`),
  file('51 parts', `${me}${'/a'.repeat(50)}`),
  file('nothing but the bucket', '', 'InvalidRequest'),
];

const asBob = (name: string, folder: string, told = 'AccessDenied'): Attack => ({
  ...{ name: `a folder: ${name}`, sent: textUpload(`${folder}/a.txt`, { as: 'bob' }), told },
});

/** All of them would be Alice's to a reader, to a careless comparison or to a file system; bob writes there. */
const folders: Attack[] = [
  asBob('hers', me),
  asBob('hers, encoded', me.replace('a', '%61')),
  asBob('hers in upper case', me.toUpperCase()),
  asBob('hers without dashes', me.replaceAll('-', '')),
  asBob('hers in braces', `%7B${me}%7D`, 'InvalidKey'),
  asBob('hers with a dot behind', `${me}.`),
  asBob('hers with a space behind', `${me}%20`),
  asBob('hers with a space before', `%20${me}`, 'InvalidKey'),
  asBob('hers as a URN', `urn:uuid:${me}`),
  asBob('hers with a Cyrillic a', me.replace('a', '%d0%b0'), 'InvalidKey'),
  asBob('hers with full-width digits', me.replace('11', '%ef%bc%91%ef%bc%91'), 'InvalidKey'),
  asBob('hers with a sign that joins', `${me}%e2%80%8d`, 'InvalidKey'),
  asBob('his own, then up into hers', `${bob.id}/..%2f${me}`, 'InvalidKey'),
  asBob('his own in upper case', bob.id.toUpperCase()),
  asBob('nobody’s', '00000000-0000-0000-0000-000000000000'),
  asBob('a pattern', `${me.slice(0, -1)}_`),
  { name: 'a folder: none, as a user', sent: textUpload('a.txt', { as: 'bob' }), told: 'AccessDenied' },
  { name: 'a folder: its name alone', sent: textUpload(bob.id, { as: 'bob' }), told: 'AccessDenied' },
  {
    name: 'a folder: hers, by nobody',
    sent: textUpload(`${me}/a.txt`, { as: 'nobody' }),
    told: 'AccessDenied',
  },
];

const into = (name: string, bucket: string, told = 'InvalidBucketName'): Attack => ({
  ...{ name: `a bucket: ${name}`, sent: { path: `/object/${bucket}/${me}/a.txt`, body: 'words' }, told },
});
const make = (name: string, id: string, told = 'InvalidBucketName'): Attack => ({
  name: `a new bucket: ${name}`,
  sent: { path: '/bucket', body: JSON.stringify({ id, name: id }), as: 'service' },
  told,
});

const buckets: Attack[] = [
  into('up', '..'),
  into('up, encoded', '%2e%2e'),
  into('up, then another', 'training-data%2f..%2fpublic', 'InvalidKey'),
  into('with a Cyrillic letter', 'tr%d0%b0ining-data'),
  into('with a NUL', 'training-data%00', 'InvalidKey'),
  into('with LF', 'training-data%0a'),
  into('with a space behind', 'training-data%20'),
  into('with a dot behind', 'training-data.', 'NoSuchBucket'),
  into('in upper case', 'TRAINING-DATA', 'NoSuchBucket'),
  into('of 64 bytes', 'a'.repeat(64)),
  into('a table', "objects'; drop table storage.objects; --".replaceAll(' ', '%20'), 'NoSuchBucket'),
  make('up', '..'),
  make('with a slash', 'a/b'),
  make('with a NUL', 'a\0b'),
  make('with LF', 'a\nb'),
  make('empty', ''),
  make('of 2,000 bytes', 'a'.repeat(2_000)),
  make('with a full-width letter', 'ｐublic'),
  make('with a space before', ' public'),
  ...['sign', 'list', 'list-v2', 'info', 'authenticated', 'upload', 'move', 'copy'].map((name) =>
    make(`the word ${name} of the routes`, name),
  ),
];

export const NAME_ATTACKS: Attack[] = [...names, ...folders, ...buckets];
