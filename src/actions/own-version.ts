import { existsSync, readFileSync } from 'node:fs';

/** Above dist/, and above the folder of this source. */
const PLACES = ['../package.json', '../../package.json'];

/** The version of this nettop. */
export function ownVersion(): string {
  const files = PLACES.map((place) => new URL(place, import.meta.url));
  const file = files.find((url) => existsSync(url));
  return file ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : 'unknown';
}
