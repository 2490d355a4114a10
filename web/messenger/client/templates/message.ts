// A filled-in template as a message of the chat: its words, a line about its file or place, what may be tapped, its cards.
import type { Card, Choice, Extras, Part, StoredParts } from '../api.ts';
import { partOfPlace } from '../content/places.ts';
import { pointerOf } from '../shown.ts';
import type { Button, Media, Rendered } from './rendering.ts';

/** What a message row holds of a template. */
export function messageOf(shown: Rendered): StoredParts {
  const buttons = shown.buttons;
  const choices = choicesOf(buttons);
  const cards: Card[] = [];
  for (const card of shown.cards) {
    const own = choicesOf(card.buttons);
    cards.push({ part: partOf(card.media), text: card.body, buttons: pagesOf(card.buttons), numbers: numbersOf(card.buttons), choices: own, first: choices.length });
    choices.push(...own);
  }
  const codes = buttons.filter((one) => one.code).map(({ text, code }) => ({ text, code }));
  const forms = buttons.filter((one) => one.type === 'flow').map((one) => one.text);
  const extras: Extras = {
    offer: shown.offer && { text: shown.offer.text, expiresAt: shown.offer.expires_at * 1000 },
    codes, numbers: numbersOf(buttons), forms, cards,
  };
  const isEmpty = !extras.offer && !codes.length && !extras.numbers.length && !forms.length && !cards.length;
  return {
    text: shown.body, header: shown.header, footer: shown.footer, part: shown.media ? partOf(shown.media) : placeOf(shown),
    buttons: pagesOf(buttons), choices, extras: isEmpty ? null : extras,
  };
}

const partOf = ({ type, file }: Media): Part => ({ kind: type, name: file.filename ?? '', file: pointerOf({ ...file }), preview: file.preview ?? {} });

function placeOf({ location }: Rendered): Part | null {
  if (!location) return null;
  const { name = '', address = '' } = location;
  return partOfPlace({ latitude: Number(location.latitude), longitude: Number(location.longitude), name, address, url: '' });
}

const pagesOf = (buttons: Button[]): { text: string; url: string }[] => buttons.filter((one) => one.url).map(({ text, url }) => ({ text, url }));
const numbersOf = (buttons: Button[]): { text: string; number: string }[] =>
  buttons.filter((one) => one.phone_number).map(({ text, phone_number: number }) => ({ text, number }));

/** A quick reply carries the payload it was sent with; without one it carries its own text. */
function choicesOf(buttons: Button[]): Choice[] {
  return buttons.filter((one) => one.type === 'quick_reply').map(({ text, payload }) => ({
    text, hint: '', section: '', answer: { type: 'button', button: { payload, text } },
  }));
}
