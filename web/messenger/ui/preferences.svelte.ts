// Language and theme of this device: by the system until somebody chooses.
import type { Language } from '../client/api.ts';
import { de } from './i18n/de.ts';
import { en } from './i18n/en.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Dictionary = typeof en;

const dictionaries: Record<Language, Dictionary> = { en, de };

class Preferences {
  language = $state<Language>(readLanguage());
  theme = $state<Theme>(readTheme());
  /** Where there is a real keyboard. */
  enterSends = $state(read('enter_sends') !== 'no');

  /** With the region the system names, for the order of dates and the 12-hour clock; else with Europe's habits. */
  get locale(): string {
    return navigator.languages.find((one) => one.split('-')[0] === this.language) ?? { en: 'en-GB', de: 'de-DE' }[this.language];
  }

  setLanguage(language: Language): void {
    this.language = language;
    keep('language', language);
    this.apply();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    keep('theme', theme);
    this.apply();
  }

  setEnterSends(sends: boolean): void {
    this.enterSends = sends;
    keep('enter_sends', sends ? 'yes' : 'no');
  }

  apply(): void {
    const { documentElement: root } = document;
    root.lang = this.language;
    // What an installed app is told of itself, by its icon's menu too.
    document.querySelector('link[rel=manifest]')?.setAttribute('href', { en: './manifest.webmanifest', de: './manifest.de.webmanifest' }[this.language]);
    if (this.theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = this.theme;
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Without storage the choice lasts as long as the tab.
  }
}

function readLanguage(): Language {
  const chosen = read('language');
  if (chosen === 'en' || chosen === 'de') return chosen;
  const wanted = navigator.languages.map((one) => one.split('-')[0]).find((one) => one === 'en' || one === 'de');
  return wanted === 'de' ? 'de' : 'en';
}

function readTheme(): Theme {
  const chosen = read('theme');
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

export const preferences = new Preferences();

/** The words of the chosen language. */
export const t = (): Dictionary => dictionaries[preferences.language];
