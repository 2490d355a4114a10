// Reading what somebody sealed, field by field: what does not have the shape it should is not known here.
import { isObject } from '../../../shared/wire/frames.ts';
import { characters } from './characters.ts';

export type Fields = Record<string, unknown>;

/** What is read has another shape, or is longer than its limit. */
export class Unknown extends Error {}

export function demand(fits: unknown): asserts fits {
  if (!fits) throw new Unknown();
}

export function fields(value: unknown): Fields {
  demand(isObject(value));
  return value;
}

export function list(value: unknown, least: number, most: number): unknown[] {
  demand(Array.isArray(value) && value.length >= least && value.length <= most);
  return value;
}

export function text(value: unknown, longest: number): string {
  demand(typeof value === 'string' && value && characters(value) <= longest);
  return value;
}

export const optional = (value: unknown, longest: number): string => (value === undefined || value === null || value === '' ? '' : text(value, longest));
