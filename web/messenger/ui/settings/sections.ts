// The parts of the settings that are screens of their own: one row each, loaded when it is opened.
import type { Component } from 'svelte';
import type { Dictionary } from '../preferences.svelte.ts';
import type { IconName } from '../parts/icons.ts';

export interface Section {
  name: keyof Dictionary['settings']['sections'];
  icon: IconName;
  load: () => Promise<{ default: Component<Record<string, never>> }>;
}

export const SECTIONS: Section[] = [
  { name: 'devices', icon: 'machine', load: () => import('../devices/Devices.svelte') },
  { name: 'recovery', icon: 'key', load: () => import('../recovery/Recovery.svelte') },
  { name: 'notifications', icon: 'ring', load: () => import('../notifications/Notifications.svelte') },
  { name: 'permissions', icon: 'shield', load: () => import('../permissions/Permissions.svelte') },
  { name: 'number', icon: 'phone', load: () => import('../number/PhoneNumber.svelte') },
  { name: 'data', icon: 'archive', load: () => import('../data/Data.svelte') },
];
