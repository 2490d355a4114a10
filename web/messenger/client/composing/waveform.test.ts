// The shape of what was spoken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loudness, shapeOf } from './waveform.ts';

test('silence is 0, full scale is 100, and half as loud is a little less', () => {
  assert.equal(loudness(new Float32Array(100)), 0);
  assert.equal(loudness(new Float32Array(0)), 0);
  assert.equal(loudness(new Float32Array(100).fill(1)), 100);
  assert.ok(loudness(new Float32Array(100).fill(0.5)) > 80);
});

test('a long recording keeps its loudest moments, a short one its length', () => {
  const levels = Array.from({ length: 640 }, (_, index) => (index === 325 ? 80 : 20));
  const shape = shapeOf(levels, 64);
  assert.equal(shape.length, 64);
  assert.equal(shape[32], 100);
  assert.equal(shape[0], 25);
  assert.deepEqual(shapeOf([10, 20], 64), [50, 100]);
  assert.deepEqual(shapeOf([0, 0], 64), [0, 0]);
  assert.deepEqual(shapeOf([], 64), []);
});
