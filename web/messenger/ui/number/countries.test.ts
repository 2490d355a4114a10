// Numbers as people type and paste them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeIn, COUNTRIES, countryOf, likelyRegion, spelled, wholeNumber } from './countries.ts';

test('however a number is typed, it is the same number', () => {
  for (const typed of ['0151 12345678', '+49 151 12345678', '0049-151-12345678', '+49 (0)151 12345678', ' 0151/12 34 56 78 ', '151.12345678']) {
    assert.equal(wholeNumber(typed, '49'), '+4915112345678', typed);
  }
});

test('countries differ in what stands before a number at home', () => {
  assert.equal(wholeNumber('06 1234 5678', '39'), '+390612345678');
  assert.equal(wholeNumber('8 916 123-45-67', '7'), '+79161234567');
  assert.equal(wholeNumber('06 20 123 4567', '36'), '+36201234567');
  assert.equal(wholeNumber('1 (202) 555-0123', '1'), '+12025550123');
  assert.equal(wholeNumber('(202) 555-0123', '1'), '+12025550123');
});

test('what is no number is none', () => {
  for (const typed of ['', '12', '+', 'call me', '0151 1234567890123', '+0151234567']) assert.equal(wholeNumber(typed, '49'), '', typed);
});

test('a pasted number names its country, and the one that is chosen stays if it fits', () => {
  assert.equal(countryOf('+4366412345', 'DE')?.region, 'AT');
  assert.equal(countryOf('+12025550123', 'CA')?.region, 'CA');
  assert.equal(countryOf('+12025550123', 'DE')?.region, 'US');
  assert.equal(countryOf('+999123', 'DE'), null);
});

test('the country is guessed from the languages', () => {
  assert.equal(likelyRegion(['de-AT', 'en']), 'AT');
  assert.equal(likelyRegion(['de']), 'DE');
  assert.equal(likelyRegion([]), 'DE');
});

test('every country has one code, of one to three digits', () => {
  assert.equal(new Set(COUNTRIES.map(({ region }) => region)).size, COUNTRIES.length);
  assert.ok(COUNTRIES.every(({ region, code }) => /^[A-Z]{2}$/.test(region) && /^[1-9]\d{0,2}$/.test(code)));
});

test('a code is found in a whole message', () => {
  assert.equal(codeIn('123456'), '123456');
  assert.equal(codeIn(' 123 456 '), '123456');
  assert.equal(codeIn('123-456'), '123456');
  assert.equal(codeIn('048213 is your code for Handschlag (relay.example). Tell it to nobody.\n\n@chat.example #048213'), '048213');
  assert.equal(codeIn('12a3'), '123');
});

test('a number is spelled in groups', () => {
  assert.equal(spelled('+4915112345678'), '+49 151 123 456 78');
  assert.equal(spelled('+12025550123'), '+1 202 555 0123');
});
