// What an answer of the relay must have before anybody here reads it: a page of something between us and the relay may be JSON too.
//
// This says only that an answer can be read. What was signed is checked where it is believed, what is sealed where it is opened.
import { isObject } from './frames.ts';

export type Check = (value: unknown) => boolean;
/** Of each field that is read, what it must be. */
export type Shape<T> = { [Field in keyof T]?: Check };

export const text: Check = (value) => typeof value === 'string';
export const number: Check = (value) => Number.isFinite(value);
export const object: Check = isObject;
export const orNothing = (check: Check): Check => (value) => value === undefined || value === null || check(value);
export const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
export const objectOf = (check: Check): Check => (value) => isObject(value) && Object.values(value).every(check);
export const having = <T = Record<string, unknown>>(shape: Shape<T>): Check => (value) => isObject(value) && Object.entries<Check | undefined>(shape).every(([field, check]) => check!(value[field]));
export const record = having({ record: text, key: text, signature: text });
