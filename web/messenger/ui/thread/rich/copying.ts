// The words of messages for the clipboard: one as it is, several with who said them and when.
import type { Message } from '../../../client/api.ts';
import { fullText } from '../../model/dates.ts';
import { coordinates } from '../../model/map_links.ts';

export function wordsOf({ header, text, footer, part }: Message): string {
  const place = part?.place && [part.place.name, part.place.address, coordinates(part.place)].filter(Boolean).join(', ');
  return [header, place, text, footer].filter(Boolean).join('\n');
}

export function textOf(messages: Message[], said?: { you: string; name: string; locale: string }): string {
  const lines = messages.filter((one) => wordsOf(one)).map((one) => {
    const words = wordsOf(one);
    return said ? `[${fullText(one.at, said.locale)}] ${one.direction === 'out' ? said.you : said.name}: ${words}` : words;
  });
  return lines.join('\n');
}
