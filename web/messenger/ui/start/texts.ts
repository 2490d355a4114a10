// The words of the directory.
import type { Language } from '../../client/api.ts';
import { plural } from '../i18n/plural.ts';

const one = plural('en');
const eins = plural('de');

const en = {
  search: 'Name, what they do, place',
  all: 'All',
  kinds: 'Kinds of companies',
  found: (count: number) => one(count, { one: '# company', other: '# companies' }),
  more: 'Show more',
  loading: 'Looking…',
  nothing: 'No company fits.',
  nothingHint: 'Perhaps another spelling helps. Not every company wants to be found here; its link or code opens it all the same.',
  empty: 'No company wants to be found here yet.',
  off: 'This operator keeps no directory.',
  offHint: 'A company’s link or code opens it all the same.',
  failed: 'The directory cannot be reached. Check your connection and try again.',
  verified: { domain: 'Domain checked', register: 'Found in the register', vat_id: 'VAT number checked', operator: 'Known to the operator', demonstration: 'Demonstration' },
  categories: {
    AUTO: 'Cars', BEAUTY: 'Beauty', APPAREL: 'Clothing', EDU: 'Education', ENTERTAIN: 'Entertainment', EVENT_PLAN: 'Events', FINANCE: 'Money and insurance',
    GROCERY: 'Food shops', GOVT: 'Public services', HOTEL: 'Staying overnight', HEALTH: 'Health', NONPROFIT: 'Non-profit', PROF_SERVICES: 'Services',
    RETAIL: 'Shops', TRAVEL: 'Travel', RESTAURANT: 'Restaurants', OTHER: 'Others',
  } as Record<string, string>,
};
type DirectoryTexts = typeof en;

const de = {
  search: 'Name, Angebot, Ort',
  all: 'Alle',
  kinds: 'Arten von Unternehmen',
  found: (count: number) => eins(count, { one: '# Unternehmen', other: '# Unternehmen' }),
  more: 'Mehr anzeigen',
  loading: 'Wird gesucht …',
  nothing: 'Kein Unternehmen passt.',
  nothingHint: 'Vielleicht hilft eine andere Schreibweise. Nicht jedes Unternehmen lässt sich hier finden; sein Link oder Code öffnet es trotzdem.',
  empty: 'Noch lässt sich hier kein Unternehmen finden.',
  off: 'Dieser Betreiber führt kein Verzeichnis.',
  offHint: 'Link oder Code eines Unternehmens öffnen es trotzdem.',
  failed: 'Das Verzeichnis ist nicht zu erreichen. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.',
  verified: { domain: 'Domain geprüft', register: 'Im Register gefunden', vat_id: 'USt-IdNr. geprüft', operator: 'Dem Betreiber bekannt', demonstration: 'Vorführung' },
  categories: {
    AUTO: 'Auto', BEAUTY: 'Schönheit', APPAREL: 'Kleidung', EDU: 'Bildung', ENTERTAIN: 'Unterhaltung', EVENT_PLAN: 'Veranstaltungen', FINANCE: 'Geld und Versicherung',
    GROCERY: 'Lebensmittel', GOVT: 'Ämter und Behörden', HOTEL: 'Übernachten', HEALTH: 'Gesundheit', NONPROFIT: 'Gemeinnütziges', PROF_SERVICES: 'Dienstleistungen',
    RETAIL: 'Geschäfte', TRAVEL: 'Reisen', RESTAURANT: 'Restaurants', OTHER: 'Andere',
  },
} satisfies DirectoryTexts;

export const directoryTexts = (language: Language): DirectoryTexts => (language === 'de' ? de : en);
