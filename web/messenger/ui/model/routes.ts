// Which screen an address shows; everything is behind the #, so no server learns it.
export type Route =
  | { screen: 'chats' }
  | { screen: 'archived' }
  /** Linking devices; with what a new device's code says, on the one that reads it. */
  | { screen: 'link'; link: string }
  | { screen: 'starred' }
  /** Another device ended the account. */
  | { screen: 'add' }
  | { screen: 'scan' }
  | { screen: 'directory' }
  | { screen: 'return'; way: string }
  | { screen: 'settings'; section: string }
  /** `at`: the message to open it at. */
  | { screen: 'chat'; handle: string; at?: string; searching?: boolean }
  | { screen: 'profile'; handle: string }
  | { screen: 'safety'; handle: string }
  | { screen: 'export'; handle: string }
  | { screen: 'invitation'; link: string };

export const paths = {
  chats: '#/',
  archived: '#/archived',
  link: '#/link',
  starred: '#/starred',
  add: '#/add',
  scan: '#/scan',
  directory: '#/companies',
  /** For who has an account elsewhere: linking this browser, or the recovery code. */
  return: '#/return',
  returning: (way: 'device' | 'code'): string => `#/return/${way}`,
  settings: '#/settings',
  section: (name: string): string => `#/settings/${name}`,
  chat: (handle: string): string => `#/chat/${handle}`,
  message: (handle: string, id: string): string => `#/chat/${handle}/at/${id}`,
  searchIn: (handle: string): string => `#/chat/${handle}/search`,
  export: (handle: string): string => `#/chat/${handle}/export`,
  profile: (handle: string): string => `#/chat/${handle}/profile`,
  safety: (handle: string): string => `#/chat/${handle}/safety`,
  invitation: (handle: string, masterKey: string | null, text: string): string => {
    const parameters = new URLSearchParams();
    if (masterKey) parameters.set('k', masterKey.replaceAll('+', '-').replaceAll('/', '_'));
    if (text) parameters.set('text', text);
    return `#/c/${handle}${parameters.size ? `?${parameters}` : ''}`;
  },
};

export function parseRoute(hash: string): Route {
  if (hash.startsWith('#/c/')) return { screen: 'invitation', link: hash };
  const [first, handle, rest, id] = hash.replace(/^#\/?/, '').split('/');
  if (first === 'chat' && handle && (rest === 'profile' || rest === 'safety' || rest === 'export')) return { screen: rest, handle };
  if (first === 'chat' && handle) return { screen: 'chat', handle, ...(rest === 'at' && id ? { at: id } : {}), ...(rest === 'search' ? { searching: true } : {}) };
  if (first === 'archived' || first === 'starred') return { screen: first };
  if (first === 'link') return { screen: 'link', link: handle ?? '' };
  if (first === 'settings') return { screen: 'settings', section: handle ?? '' };
  if (first === 'add' || first === 'scan') return { screen: first };
  if (first === 'return') return { screen: 'return', way: handle ?? '' };
  if (first === 'companies') return { screen: 'directory' };
  return { screen: 'chats' };
}
