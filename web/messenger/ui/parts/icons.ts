// The icons' paths on a 24 by 24 grid, drawn as lines.
export const icons = {
  back: 'M15 5l-7 7 7 7',
  send: 'M4 12l16-8-5 16-4-6-7-2zm7 2l9-10',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  down: 'M12 5v14m-6-6l6 6 6-6',
  chevron: 'M9 5l7 7-7 7',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12l4.5 4.5',
  settings: 'M4 7h9.5m5 0H20M4 17h1.5m5 0H20M16 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  reply: 'M10 6L4 12l6 6m-6-6h9a7 7 0 0 1 7 7',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  retry: 'M19 12a7 7 0 1 1-2-5m2-3v4h-4',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 4v4l3 2',
  check: 'M5 13l4 4L19 7',
  alert: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 4v5m0 3v.01',
  shield: 'M12 3.5l7 2.5v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6zM9 12l2.2 2.2L15.5 10',
  key: 'M8 10.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 11.5L19 4m-3 2.8l3 3',
  machine: 'M4 5h16v6H4zm0 8h16v6H4zM8 8h.01M8 16h.01',
  bell: 'M6 16V11a6 6 0 0 1 9.5-4.9M18 11v5l1.5 2H8M10 21h4M4 4l16 16',
  block: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM6.5 6.5l11 11',
  external: 'M14 5h5v5m0-5l-8 8M10 6H5v13h13v-5',
  note: 'M5 5h14v11H9l-4 4z',
  phone: 'M6 4h4l1.5 4-2 1.5a10 10 0 0 0 5 5l1.5-2 4 1.5v4a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2z',
  lock: 'M6 11h12v9H6zm2.5 0V8a3.5 3.5 0 0 1 7 0v3',
} as const;

export type IconName = keyof typeof icons;
