// What a person fills in: what an entry holds at first, and what is wrong with a value; as in src/handschlag/content/flows/fields.py.
import { asNumber, isFields, type Fields } from './expressions.ts';

/** Said to the person in their language. */
export type Problem =
  | 'required' | 'text' | 'too_short' | 'too_long' | 'pattern' | 'email' | 'number' | 'phone' | 'passcode' | 'choice' | 'too_few' | 'too_many' | 'date'
  | 'date_range' | 'date_unavailable';

export const ENTRIES = ['TextInput', 'TextArea', 'DatePicker', 'CalendarPicker', 'RadioButtonsGroup', 'CheckboxGroup', 'ChipsSelector', 'Dropdown', 'OptIn'];
const SEVERAL = ['CheckboxGroup', 'ChipsSelector'];
const CHOICES = ['RadioButtonsGroup', 'Dropdown', ...SEVERAL];
const TEXT_CHARACTERS = 80;
const AREA_CHARACTERS = 600;
// Meant to catch slips, not to judge addresses.
const FORMS: Record<string, RegExp> = {
  email: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  number: /^-?[0-9]+([.,][0-9]+)?$/,
  phone: /^\+?[0-9 ()/.-]{3,20}$/,
  passcode: /^[0-9]+$/,
};
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAY = 86_400_000;

export const isEmpty = (value: unknown): boolean =>
  value === '' || value === null || value === undefined || value === false || value === 0 || (Array.isArray(value) && !value.length);

/** What an entry holds before anybody filled it in; `given` is its init-value. */
export function firstValue({ type }: Fields, given: unknown): unknown {
  if (SEVERAL.includes(String(type))) return Array.isArray(given) ? given.filter((one) => typeof one === 'string') : [];
  if (type === 'OptIn') return given === true;
  if (type === 'CalendarPicker' && isFields(given)) return given;
  return typeof given === 'string' || typeof given === 'number' ? String(given) : '';
}

/** What is wrong with the value of an entry that is shown, null if nothing is. */
export function problemWith(component: Fields, value: unknown): Problem | null {
  const type = String(component.type);
  if (isEmpty(value)) return isRequired(component) ? 'required' : null;
  if (type === 'OptIn') return value === true ? null : 'choice';
  if (CHOICES.includes(type)) return choice(component, value);
  if (type === 'DatePicker') return day(component, value);
  return type === 'CalendarPicker' ? calendar(component, value) : text(component, value);
}

function isRequired({ required }: Fields): boolean {
  return (isFields(required) ? required['start-date'] : required) === true;
}

function text(component: Fields, value: unknown): Problem | null {
  if (typeof value !== 'string') return 'text';
  const area = component.type === 'TextArea';
  const most = asNumber(component[area ? 'max-length' : 'max-chars']) ?? (area ? AREA_CHARACTERS : TEXT_CHARACTERS);
  const length = [...value].length;
  if (length > most) return 'too_long';
  if (length < (asNumber(component['min-chars']) ?? 0)) return 'too_short';
  const kind = String(component['input-type'] ?? 'text');
  const form = FORMS[kind];
  if (form && !form.test(value)) return kind as Problem;
  return typeof component.pattern === 'string' && !fits(component.pattern, value) ? 'pattern' : null;
}

function fits(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return true;
  }
}

function choice(component: Fields, value: unknown): Problem | null {
  const several = SEVERAL.includes(String(component.type));
  if (several !== Array.isArray(value)) return 'choice';
  const chosen = (several ? value : [value]) as unknown[];
  const ids = options(component).filter((one) => one.enabled !== false).map((one) => one.id);
  if (!chosen.every((one) => typeof one === 'string' && ids.includes(one))) return 'choice';
  if (several && chosen.length < (asNumber(component['min-selected-items']) ?? 0)) return 'too_few';
  return several && chosen.length > (asNumber(component['max-selected-items']) ?? Infinity) ? 'too_many' : null;
}

/** The options of a choice, whatever the company sent in their place. */
export const options = (component: Fields): Fields[] => (Array.isArray(component['data-source']) ? component['data-source'].filter(isFields) : []);

/** Milliseconds of a date written as YYYY-MM-DD or as milliseconds; null for anything else. */
export function parseDay(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  if (/^\d{10,13}$/.test(value)) return Math.floor(Number(value) / DAY) * DAY;
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return null;
  const at = Date.parse(`${value}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== value ? null : at;
}

function day(component: Fields, value: unknown): Problem | null {
  const at = parseDay(value);
  if (at === null) return 'date';
  if (at < (parseDay(component['min-date']) ?? -Infinity) || at > (parseDay(component['max-date']) ?? Infinity)) return 'date_range';
  const { 'unavailable-dates': closed, 'include-days': days } = component;
  if (Array.isArray(closed) && closed.some((one) => parseDay(one) === at)) return 'date_unavailable';
  return Array.isArray(days) && !days.includes(DAYS[new Date(at).getUTCDay()]) ? 'date_unavailable' : null;
}

function calendar(component: Fields, value: unknown): Problem | null {
  if (component.mode !== 'range') return day(component, value);
  if (!isFields(value)) return 'date';
  const { 'start-date': start, 'end-date': end } = value;
  const wrong = day(component, start) ?? day(component, end);
  if (wrong) return wrong;
  const length = (parseDay(end)! - parseDay(start)!) / DAY + 1;
  const fitting = length >= Math.max(1, asNumber(component['min-days']) ?? 1) && length <= (asNumber(component['max-days']) ?? Infinity);
  return fitting ? null : 'date_range';
}
