// The words of a form's frame and of what is wrong with what was filled in; the form's own words are the company's.
import type { Language } from '../../client/api.ts';
import type { Problem } from './model/entries.ts';
import type { Trouble } from './model/form.ts';

export interface FormTexts {
  close: string;
  back: string;
  asking: string;
  opening: string;
  cannotOpen: string;
  sent: string;
  choose: string;
  from: string;
  until: string;
  optional: string;
  problems: Record<Problem, string>;
  troubles: Record<Trouble, string>;
}

const en: FormTexts = {
  close: 'Close the form',
  back: 'Back',
  asking: 'Asking the company…',
  opening: 'Opening the form…',
  cannotOpen: 'This form cannot be opened here. Ask the company to send it as text.',
  sent: 'Form sent',
  choose: 'Choose',
  from: 'From',
  until: 'Until',
  optional: 'optional',
  problems: {
    required: 'Please fill this in.', text: 'Please write text.', too_short: 'This is too short.', too_long: 'This is too long.',
    pattern: 'This does not have the form that is expected.', email: 'This is no e-mail address.', number: 'This is no number.',
    phone: 'This is no phone number.', passcode: 'Only digits, please.', choice: 'Please choose one of these.', too_few: 'Please choose more.',
    too_many: 'Please choose fewer.', date: 'This is no date.', date_range: 'This date is not possible.', date_unavailable: 'This date is not available.',
  },
  troubles: {
    unreachable: 'The company does not answer at the moment. Please try again.', refused: 'The company could not take this. Please try again later.',
    token: 'This form is closed.', broken: 'The company’s answer could not be read. Please try again later.',
    too_large: 'The company’s answer could not be shown here.', unknown: 'The company does not know this form any more.',
  },
};

const de: FormTexts = {
  close: 'Formular schließen',
  back: 'Zurück',
  asking: 'Das Unternehmen wird gefragt …',
  opening: 'Das Formular wird geöffnet …',
  cannotOpen: 'Dieses Formular lässt sich hier nicht öffnen. Bitte das Unternehmen, es als Text zu schicken.',
  sent: 'Formular gesendet',
  choose: 'Auswählen',
  from: 'Von',
  until: 'Bis',
  optional: 'freiwillig',
  problems: {
    required: 'Bitte ausfüllen.', text: 'Bitte Text eingeben.', too_short: 'Das ist zu kurz.', too_long: 'Das ist zu lang.',
    pattern: 'Das hat nicht die erwartete Form.', email: 'Das ist keine E-Mail-Adresse.', number: 'Das ist keine Zahl.',
    phone: 'Das ist keine Telefonnummer.', passcode: 'Bitte nur Ziffern.', choice: 'Bitte eines davon auswählen.', too_few: 'Bitte mehr auswählen.',
    too_many: 'Bitte weniger auswählen.', date: 'Das ist kein Datum.', date_range: 'Dieses Datum ist nicht möglich.', date_unavailable: 'Dieses Datum ist nicht frei.',
  },
  troubles: {
    unreachable: 'Das Unternehmen antwortet gerade nicht. Bitte versuche es noch einmal.', refused: 'Das Unternehmen konnte das nicht annehmen. Bitte später noch einmal versuchen.',
    token: 'Dieses Formular ist geschlossen.', broken: 'Die Antwort des Unternehmens war nicht lesbar. Bitte später noch einmal versuchen.',
    too_large: 'Die Antwort des Unternehmens lässt sich hier nicht zeigen.', unknown: 'Das Unternehmen kennt dieses Formular nicht mehr.',
  },
};

export const formTexts = (language: Language): FormTexts => (language === 'de' ? de : en);
