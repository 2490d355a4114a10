// The words around the camera that looks for a code.
import type { Language } from '../../../client/api.ts';

const en = {
  view: 'Camera picture',
  opening: 'Opening the camera…',
  aim: 'Hold the code inside the frame.',
  lightOn: 'Light on',
  lightOff: 'Light off',
  problems: {
    denied: 'This page may not use the camera. Allow it beside the address, or use a picture or the link instead.',
    none: 'There is no camera here. Use a picture of the code, or its link.',
    busy: 'Another app is using the camera. Close it there, or use a picture or the link instead.',
  },
  tryAgain: 'Try the camera again',
  picture: 'Choose a picture',
  pictureHint: 'Pictures can also be pasted or dropped here.',
  reading: 'Looking for a code in the picture…',
  nothing: 'No code was found in this picture. Try one that is sharper, or with more light.',
  notOurs: 'This code is not one that fits here.',
  paste: 'Link or code as text',
  placeholder: 'Paste it here',
  use: 'Open',
};
type ScannerTexts = typeof en;

const de = {
  view: 'Kamerabild',
  opening: 'Die Kamera wird geöffnet …',
  aim: 'Halten Sie den Code in den Rahmen.',
  lightOn: 'Licht an',
  lightOff: 'Licht aus',
  problems: {
    denied: 'Diese Seite darf die Kamera nicht benutzen. Erlauben Sie es neben der Adresse, oder nehmen Sie ein Bild oder den Link.',
    none: 'Hier ist keine Kamera. Nehmen Sie ein Bild des Codes oder seinen Link.',
    busy: 'Eine andere App benutzt die Kamera. Schließen Sie sie dort, oder nehmen Sie ein Bild oder den Link.',
  },
  tryAgain: 'Kamera noch einmal versuchen',
  picture: 'Bild auswählen',
  pictureHint: 'Bilder lassen sich auch einfügen oder hierher ziehen.',
  reading: 'Im Bild wird ein Code gesucht …',
  nothing: 'In diesem Bild ist kein Code zu finden. Versuchen Sie ein schärferes oder helleres.',
  notOurs: 'Dieser Code passt hier nicht.',
  paste: 'Link oder Code als Text',
  placeholder: 'Hier einfügen',
  use: 'Öffnen',
} satisfies ScannerTexts;

export const scannerTexts = (language: Language): ScannerTexts => (language === 'de' ? de : en);
