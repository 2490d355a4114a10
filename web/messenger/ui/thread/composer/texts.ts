// The words of menu, sheets and recorder around the composer.
import type { Language } from '../../../client/api.ts';
import { plural } from '../../i18n/plural.ts';

const [n, m] = [plural('en'), plural('de')];
const number = (language: Language, value: number, digits: number): string => value.toLocaleString(language === 'de' ? 'de-DE' : 'en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const metres = (language: Language, value: number): string => value.toLocaleString(language === 'de' ? 'de-DE' : 'en-GB', { style: 'unit', unit: value < 1000 ? 'meter' : 'kilometer' });
const distance = (language: Language, value: number): string => (value < 1000 ? metres(language, value) : `${number(language, value / 1000, 1)} km`);
/** Bytes as people count them: files on disk are told in the same way. */
function size(language: Language, bytes: number): string {
  if (bytes < 1024) return language === 'de' ? `${bytes} Byte` : `${bytes} bytes`;
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, 'kB'] : [bytes / 1024 / 1024, 'MB'];
  return `${number(language, value, value < 10 ? 1 : 0)} ${unit}`;
}

const en = {
  again: 'Try again',
  attach: { title: 'Attach', photo: 'Photos and videos', camera: 'Camera', document: 'Document', place: 'Location', contact: 'Contact' },
  place: {
    title: 'Send your location',
    looking: 'Finding where you are…',
    mayAsk: 'Your browser may ask whether this page may know it.',
    degrees: (latitude: number, longitude: number) => `${number('en', Math.abs(latitude), 5)}° ${latitude < 0 ? 'S' : 'N'}, ${number('en', Math.abs(longitude), 5)}° ${longitude < 0 ? 'W' : 'E'}`,
    accuracy: (value: number) => `Accurate to about ${distance('en', Math.max(1, value))}`,
    hint: (name: string) => `Only ${name} receives this place, once. It is not followed, and no map service is asked.`,
    send: 'Send location',
    problems: {
      denied: { title: 'This page may not know where you are', text: 'Allow “Location” for this page in the browser’s site settings (the sign beside the address), and on a phone in its own settings too. Then try again.' },
      unavailable: { title: 'Your location cannot be found', text: 'This device does not know where it is right now. Switch its location on, or go where it has reception.' },
      slow: { title: 'That took too long', text: 'Your device did not find out in time. Outside or at a window it is quicker.' },
    },
  },
  contact: {
    title: 'Send a contact',
    name: 'Name',
    company: 'Company (optional)',
    phone: 'Phone',
    email: 'E-mail',
    either: 'Give a phone number or an e-mail address.',
    nameMissing: 'Please fill in the name.',
    notEmail: 'This is no e-mail address. It looks like name@example.com.',
    notPhone: 'This is no phone number. It has 3 to 20 digits, and + in front of the country.',
    pick: 'Choose from your contacts',
    send: 'Send contact',
    hint: (name: string) => `${name} receives what stands here. Send only what the person would agree to.`,
  },
  files: {
    title: (count: number) => n(count, { one: 'Send # file', other: 'Send # files' }),
    preparing: 'Preparing…',
    caption: 'Caption',
    send: (count: number) => n(count, { one: 'Send', other: 'Send #' }),
    remove: (name: string) => `Remove ${name}`,
    earlier: 'Move earlier',
    later: 'Move later',
    add: 'Add more',
    strip: 'What is sent, in this order',
    number: (place: number, of: number, name: string) => `${place} of ${of}: ${name}`,
    original: 'Send as document',
    originalHint: 'Full size and quality. Place and camera data are removed all the same.',
    removedHint: 'Place and camera data are removed.',
    kinds: { image: 'Photo', video: 'Video', audio: 'Audio', document: 'Document' },
    size: (bytes: number) => size('en', bytes),
    problems: {
      too_large: (kind: string, bytes: number, limit: number) => `${kind} of ${size('en', bytes)}: at most ${size('en', limit)} can be sent.`,
      empty: 'This file is empty: 0 bytes. At least 1 byte is needed.',
      unreadable: 'This file could not be read. It may have been moved or changed.',
      caption: (over: number) => n(over, { one: 'The caption is # character too long: at most 1,024.', other: 'The caption is # characters too long: at most 1,024.' }),
    },
    tooMany: (count: number, most: number) => `You chose ${count} files. At most ${most} are sent at once: the first ${most} are here.`,
    left: (count: number) => n(count, { one: '# file cannot be sent and stays here.', other: '# files cannot be sent and stay here.' }),
    keptHint: 'This kind of file may say where and with what it was made. It is sent as it is.',
    notStored: { full: 'There is no room left on this device. Make some, then try again.', failed: 'That did not work. Please try again.' },
  },
  camera: {
    title: 'Take a photo',
    opening: 'Opening the camera…',
    take: 'Take the photo',
    problems: {
      denied: { title: 'This page may not use the camera', text: 'Allow “Camera” for this page in the browser’s site settings (the sign beside the address). Then try again.' },
      none: { title: 'No camera was found', text: 'Connect one, or choose a photo that is on this device.' },
      busy: { title: 'The camera is in use', text: 'Close the other app or page that uses it. Then try again.' },
    },
  },
  voice: {
    recording: 'Recording a voice message',
    starting: 'Waiting for the microphone…',
    slide: 'Slide to cancel',
    lock: 'Slide up to let go',
    stop: 'Stop',
    play: 'Listen',
    pause: 'Pause',
    discard: 'Delete the recording',
    send: 'Send the voice message',
    preparing: 'Preparing…',
    level: 'Loudness',
    time: 'Length',
    close: 'Close',
    discarded: 'Recording deleted',
    full: (limit: number) => `The recording has reached its limit of ${size('en', limit)} and was stopped.`,
    failed: 'The recording could not be prepared. Please record it again.',
    problems: {
      denied: 'This page may not use the microphone. Allow “Microphone” for this page in the browser’s site settings (the sign beside the address), then try again.',
      none: 'No microphone was found. Connect one, then try again.',
      busy: 'The microphone is in use elsewhere. Close the other app or page, then try again.',
      unsupported: 'This browser cannot record sound. You can attach an audio file.',
    },
  },
};

const de: typeof en = {
  again: 'Noch einmal versuchen',
  attach: { title: 'Anhängen', photo: 'Fotos und Videos', camera: 'Kamera', document: 'Dokument', place: 'Standort', contact: 'Kontakt' },
  place: {
    title: 'Standort senden',
    looking: 'Ihr Standort wird ermittelt …',
    mayAsk: 'Ihr Browser fragt vielleicht, ob diese Seite ihn erfahren darf.',
    degrees: (latitude, longitude) => `${number('de', Math.abs(latitude), 5)}° ${latitude < 0 ? 'S' : 'N'}, ${number('de', Math.abs(longitude), 5)}° ${longitude < 0 ? 'W' : 'O'}`,
    accuracy: (value) => `Auf etwa ${distance('de', Math.max(1, value))} genau`,
    hint: (name) => `Nur ${name} erhält diesen Ort, ein einziges Mal. Er wird nicht verfolgt, und kein Kartendienst wird gefragt.`,
    send: 'Standort senden',
    problems: {
      denied: { title: 'Diese Seite darf Ihren Standort nicht erfahren', text: 'Erlauben Sie „Standort“ für diese Seite in den Website-Einstellungen des Browsers (das Zeichen neben der Adresse), am Telefon auch in dessen Einstellungen. Versuchen Sie es dann noch einmal.' },
      unavailable: { title: 'Ihr Standort lässt sich nicht ermitteln', text: 'Dieses Gerät weiß gerade nicht, wo es ist. Schalten Sie die Standortbestimmung ein oder gehen Sie dorthin, wo es Empfang hat.' },
      slow: { title: 'Das hat zu lange gedauert', text: 'Ihr Gerät hat den Standort nicht rechtzeitig gefunden. Draußen oder am Fenster geht es schneller.' },
    },
  },
  contact: {
    title: 'Kontakt senden',
    name: 'Name',
    company: 'Firma (freiwillig)',
    phone: 'Telefon',
    email: 'E-Mail',
    either: 'Geben Sie eine Telefonnummer oder eine E-Mail-Adresse an.',
    nameMissing: 'Bitte geben Sie den Namen an.',
    notEmail: 'Das ist keine E-Mail-Adresse. Sie sieht aus wie name@example.com.',
    notPhone: 'Das ist keine Telefonnummer. Sie hat 3 bis 20 Ziffern und ein + vor dem Land.',
    pick: 'Aus Ihren Kontakten wählen',
    send: 'Kontakt senden',
    hint: (name) => `${name} erhält, was hier steht. Senden Sie nur, womit die Person einverstanden wäre.`,
  },
  files: {
    title: (count) => m(count, { one: '# Datei senden', other: '# Dateien senden' }),
    preparing: 'Wird vorbereitet …',
    caption: 'Beschriftung',
    send: (count) => m(count, { one: 'Senden', other: '# senden' }),
    remove: (name) => `${name} entfernen`,
    earlier: 'Nach vorn',
    later: 'Nach hinten',
    add: 'Weitere hinzufügen',
    strip: 'Was gesendet wird, in dieser Reihenfolge',
    number: (place, of, name) => `${place} von ${of}: ${name}`,
    original: 'Als Dokument senden',
    originalHint: 'In voller Größe und Güte. Orts- und Kameradaten werden trotzdem entfernt.',
    removedHint: 'Orts- und Kameradaten werden entfernt.',
    kinds: { image: 'Foto', video: 'Video', audio: 'Audio', document: 'Dokument' },
    size: (bytes) => size('de', bytes),
    problems: {
      too_large: (kind, bytes, limit) => `${kind} mit ${size('de', bytes)}: Höchstens ${size('de', limit)} lassen sich senden.`,
      empty: 'Diese Datei ist leer: 0 Byte. Mindestens 1 Byte ist nötig.',
      unreadable: 'Diese Datei ließ sich nicht lesen. Vielleicht wurde sie verschoben oder verändert.',
      caption: (over) => m(over, { one: 'Die Beschriftung ist # Zeichen zu lang: höchstens 1.024.', other: 'Die Beschriftung ist # Zeichen zu lang: höchstens 1.024.' }),
    },
    tooMany: (count, most) => `Sie haben ${count} Dateien gewählt. Höchstens ${most} gehen auf einmal: Die ersten ${most} sind hier.`,
    left: (count) => m(count, { one: '# Datei lässt sich nicht senden und bleibt hier.', other: '# Dateien lassen sich nicht senden und bleiben hier.' }),
    keptHint: 'Eine Datei dieser Art kann verraten, wo und womit sie entstanden ist. Sie wird gesendet, wie sie ist.',
    notStored: { full: 'Auf diesem Gerät ist kein Platz mehr. Schaffen Sie welchen und versuchen Sie es noch einmal.', failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.' },
  },
  camera: {
    title: 'Foto aufnehmen',
    opening: 'Die Kamera wird geöffnet …',
    take: 'Foto aufnehmen',
    problems: {
      denied: { title: 'Diese Seite darf die Kamera nicht benutzen', text: 'Erlauben Sie „Kamera“ für diese Seite in den Website-Einstellungen des Browsers (das Zeichen neben der Adresse). Versuchen Sie es dann noch einmal.' },
      none: { title: 'Es wurde keine Kamera gefunden', text: 'Schließen Sie eine an oder wählen Sie ein Foto, das auf diesem Gerät liegt.' },
      busy: { title: 'Die Kamera wird gerade benutzt', text: 'Schließen Sie die andere App oder Seite, die sie benutzt. Versuchen Sie es dann noch einmal.' },
    },
  },
  voice: {
    recording: 'Sprachnachricht wird aufgenommen',
    starting: 'Warten auf das Mikrofon …',
    slide: 'Zum Abbrechen ziehen',
    lock: 'Hochziehen, um loszulassen',
    stop: 'Anhalten',
    play: 'Anhören',
    pause: 'Pause',
    discard: 'Aufnahme löschen',
    send: 'Sprachnachricht senden',
    preparing: 'Wird vorbereitet …',
    level: 'Lautstärke',
    time: 'Dauer',
    close: 'Schließen',
    discarded: 'Aufnahme gelöscht',
    full: (limit) => `Die Aufnahme hat ihre Grenze von ${size('de', limit)} erreicht und wurde angehalten.`,
    failed: 'Die Aufnahme ließ sich nicht vorbereiten. Bitte nehmen Sie sie noch einmal auf.',
    problems: {
      denied: 'Diese Seite darf das Mikrofon nicht benutzen. Erlauben Sie „Mikrofon“ für diese Seite in den Website-Einstellungen des Browsers (das Zeichen neben der Adresse) und versuchen Sie es dann noch einmal.',
      none: 'Es wurde kein Mikrofon gefunden. Schließen Sie eines an und versuchen Sie es dann noch einmal.',
      busy: 'Das Mikrofon wird anderswo benutzt. Schließen Sie die andere App oder Seite und versuchen Sie es dann noch einmal.',
      unsupported: 'Dieser Browser kann keinen Ton aufnehmen. Sie können eine Audiodatei anhängen.',
    },
  },
};

export type ComposingTexts = typeof en;
export const composingTexts = (language: Language): ComposingTexts => (language === 'de' ? de : en);
