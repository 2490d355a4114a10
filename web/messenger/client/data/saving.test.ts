// Names of exported files.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileName } from './saving.ts';

test('a name stays readable and leads nowhere else', () => {
  assert.equal(fileName('Bordkarte Möwe.pdf', 'x'), 'Bordkarte Möwe.pdf');
  assert.equal(fileName('../../etc/passwd', 'x'), 'etc passwd');
  assert.equal(fileName('a\u202egpj.exe', 'x'), 'a gpj.exe');
  assert.equal(fileName('..', 'file-1'), 'file-1');
  assert.ok(fileName('x'.repeat(300), 'x').length === 80);
});
