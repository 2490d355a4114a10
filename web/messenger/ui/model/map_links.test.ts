// The map of each kind of machine.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coordinates, mapLink, platformOf } from './map_links.ts';

const pier = { latitude: 53.5, longitude: -9.9, name: 'Pier 1 (north)', address: '', url: '' };

test('a machine says what it is', () => {
  assert.equal(platformOf('Mozilla/5.0 (Linux; Android 14; Pixel 8)'), 'android');
  assert.equal(platformOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)'), 'apple');
  assert.equal(platformOf('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'), 'apple');
  assert.equal(platformOf('Mozilla/5.0 (X11; Linux x86_64)'), 'other');
});

test('phones open their own map, others a page whose host is shown', () => {
  assert.deepEqual(mapLink(pier, 'android'), { href: 'geo:53.5,-9.9?q=53.5,-9.9(Pier%201%20%28north%29)', host: '' });
  assert.deepEqual(mapLink(pier, 'apple'), { href: 'maps:?ll=53.5,-9.9&q=Pier%201%20(north)', host: '' });
  assert.deepEqual(mapLink(pier, 'other'), { href: 'https://www.openstreetmap.org/?mlat=53.5&mlon=-9.9#map=16/53.5/-9.9', host: 'openstreetmap.org' });
});

test('a name cannot add anything to the address', () => {
  const { href } = mapLink({ ...pier, name: '1&ll=0,0#x?y' }, 'apple');
  assert.equal(href, 'maps:?ll=53.5,-9.9&q=1%26ll%3D0%2C0%23x%3Fy');
});

test('degrees are plain numbers', () => {
  assert.equal(coordinates({ ...pier, latitude: 1e-7, longitude: 13.123456789 }), '0, 13.123457');
});
