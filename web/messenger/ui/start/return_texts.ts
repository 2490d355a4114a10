// The words for who has an account already.
import type { Language } from '../../client/api.ts';

const en = {
  lead: 'Your chats are on your other devices and, sealed, in your backup. How would you like to bring them here?',
  titles: { device: 'Link this device', code: 'Welcome back' },
  ways: { device: 'I have another device at hand', code: 'I have my recovery code or passkey' },
  hints: { device: 'Scan a code with it; the chats move over', code: 'For when all devices are lost' },
  neither: 'With neither of them nobody can open the backup. You can begin anew; companies will see you as a new customer.',
};

type ReturnTexts = typeof en;

const de = {
  lead: 'Ihre Chats sind auf Ihren anderen Geräten und, versiegelt, in Ihrer Sicherung. Wie möchten Sie sie hierher holen?',
  titles: { device: 'Dieses Gerät verknüpfen', code: 'Willkommen zurück' },
  ways: { device: 'Ich habe ein anderes Gerät zur Hand', code: 'Ich habe Wiederherstellungscode oder Passkey' },
  hints: { device: 'Damit einen Code scannen; die Chats ziehen um', code: 'Wenn alle Geräte verloren sind' },
  neither: 'Ohne beides kann niemand die Sicherung öffnen. Sie können neu anfangen; Unternehmen sehen Sie dann als neuen Kunden.',
} satisfies ReturnTexts;

export const returnTexts = (language: Language): ReturnTexts => ({ en, de })[language];
