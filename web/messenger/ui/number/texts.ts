// The words of the telephone number's screen.
import type { Language } from '../../client/api.ts';
import type { NumberProblem } from '../../client/numbers/proved_number.ts';
import { plural } from '../i18n/plural.ts';

const one = plural('en');
const eins = plural('de');

const en = {
  lead: 'You need no number here. Some companies know you by yours, though: prove it once, and choose company by company who is told.',
  who: {
    title: 'Who learns it',
    relay: 'The operator of this relay sees the number while the code is sent, and the text message service too. What the operator keeps is a fingerprint of it that only this relay can make, and the country.',
    companies: 'A company learns it only if you switch it on for that company. It travels encrypted.',
    nobody: 'Nobody can look you up by your number.',
  },
  country: 'Country',
  number: 'Mobile number',
  send: 'Send a code',
  sending: 'Sending…',
  noNumber: 'This does not look like a whole number. Please check it.',
  sentTo: (number: string) => `A text message with six digits is on its way to ${number}.`,
  code: 'Code from the text message',
  checking: 'Checking…',
  otherNumber: 'Another number',
  again: 'Send a new code',
  againIn: (seconds: number) => one(seconds, { one: 'A new code in # second', other: 'A new code in # seconds' }),
  yours: 'Your number',
  proved: (when: string) => `Proved on ${when}`,
  provedNow: 'Your number is proved.',
  change: 'Change number',
  remove: 'Remove number',
  removeTitle: 'Remove your number?',
  removeText: 'The operator forgets it, and companies that were told it are told that it is yours no more. Your chats stay.',
  removed: 'Number removed',
  cancel: 'Cancel',
  share: 'Who is told your number',
  shareHint: 'A company that is told it may call you by it, and keeps what it was told.',
  noCompanies: 'As soon as you have a chat, you can choose here.',
  shared: (name: string) => `${name} is told your number`,
  unshared: (name: string) => `${name} is told that you share it no more`,
  problems: {
    wrong: 'This is not the code. Please compare it with the text message.',
    over: 'This code is not good any more: ten minutes are over, or there were too many tries. Ask for a new one.',
    wait: 'Too many codes for now. Please try again later.',
    not_sent: 'The text message could not be sent. Please try again in a minute.',
    country: 'No codes are sent to this number. Please check it, or use one of another country.',
    not_offered: 'This operator sends no codes: numbers cannot be proved here.',
    unreachable: 'You are offline, or the operator’s relay does not answer. Please try again.',
    moved: 'Somebody else proved this number since. It is not yours any more here, and no company is told it.',
  } satisfies Record<NumberProblem, string>,
};
type NumberTexts = typeof en;

const de = {
  lead: 'Eine Nummer brauchen Sie hier nicht. Manche Unternehmen kennen Sie aber unter Ihrer: Bestätigen Sie sie einmal und wählen Sie Unternehmen für Unternehmen, wer sie erfährt.',
  who: {
    title: 'Wer sie erfährt',
    relay: 'Der Betreiber dieses Relays sieht die Nummer, während der Code verschickt wird, ebenso der SMS-Dienst. Behalten werden ein Fingerabdruck, den nur dieses Relay bilden kann, und das Land.',
    companies: 'Ein Unternehmen erfährt sie nur, wenn Sie es für dieses Unternehmen einschalten. Sie reist verschlüsselt.',
    nobody: 'Niemand kann Sie über Ihre Nummer suchen.',
  },
  country: 'Land',
  number: 'Mobilnummer',
  send: 'Code schicken',
  sending: 'Wird geschickt …',
  noNumber: 'Das sieht nicht nach einer ganzen Nummer aus. Bitte prüfen Sie sie.',
  sentTo: (number: string) => `Eine SMS mit sechs Ziffern ist unterwegs an ${number}.`,
  code: 'Code aus der SMS',
  checking: 'Wird geprüft …',
  otherNumber: 'Andere Nummer',
  again: 'Neuen Code schicken',
  againIn: (seconds: number) => eins(seconds, { one: 'Neuer Code in # Sekunde', other: 'Neuer Code in # Sekunden' }),
  yours: 'Ihre Nummer',
  proved: (when: string) => `Bestätigt am ${when}`,
  provedNow: 'Ihre Nummer ist bestätigt.',
  change: 'Nummer ändern',
  remove: 'Nummer entfernen',
  removeTitle: 'Nummer entfernen?',
  removeText: 'Der Betreiber vergisst sie, und Unternehmen, die sie erfahren hatten, erfahren, dass sie nicht mehr gilt. Ihre Chats bleiben.',
  removed: 'Nummer entfernt',
  cancel: 'Abbrechen',
  share: 'Wer Ihre Nummer erfährt',
  shareHint: 'Ein Unternehmen, das sie erfährt, kann Sie darunter führen und behält, was es erfahren hat.',
  noCompanies: 'Sobald Sie einen Chat haben, können Sie hier wählen.',
  shared: (name: string) => `${name} erfährt Ihre Nummer`,
  unshared: (name: string) => `${name} erfährt, dass Sie sie nicht mehr teilen`,
  problems: {
    wrong: 'Das ist nicht der Code. Bitte vergleichen Sie ihn mit der SMS.',
    over: 'Dieser Code gilt nicht mehr: Zehn Minuten sind um, oder es waren zu viele Versuche. Lassen Sie sich einen neuen schicken.',
    wait: 'Das waren vorerst zu viele Codes. Bitte versuchen Sie es später noch einmal.',
    not_sent: 'Die SMS ließ sich nicht verschicken. Bitte versuchen Sie es in einer Minute noch einmal.',
    country: 'An diese Nummer werden keine Codes verschickt. Bitte prüfen Sie sie, oder nehmen Sie eine aus einem anderen Land.',
    not_offered: 'Dieser Betreiber verschickt keine Codes: Nummern lassen sich hier nicht bestätigen.',
    unreachable: 'Sie sind offline, oder das Relay des Betreibers antwortet nicht. Bitte versuchen Sie es noch einmal.',
    moved: 'Jemand anderes hat diese Nummer inzwischen bestätigt. Sie ist hier nicht mehr Ihre, und kein Unternehmen erfährt sie.',
  },
} satisfies NumberTexts;

export const numberTexts = (language: Language): NumberTexts => (language === 'de' ? de : en);
