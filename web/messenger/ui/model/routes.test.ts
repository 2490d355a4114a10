// Addresses and the screens they lead to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRoute, paths } from './routes.ts';

test('every path leads to the screen it is named after', () => {
  assert.deepEqual(parseRoute(paths.chats), { screen: 'chats' });
  for (const screen of ['add', 'scan', 'directory'] as const) assert.deepEqual(parseRoute(paths[screen]), { screen });
  assert.deepEqual(parseRoute(paths.return), { screen: 'return', way: '' });
  assert.deepEqual(parseRoute(paths.returning('code')), { screen: 'return', way: 'code' });
  assert.deepEqual(parseRoute(paths.settings), { screen: 'settings', section: '' });
  assert.deepEqual(parseRoute(paths.section('devices')), { screen: 'settings', section: 'devices' });
  assert.deepEqual(parseRoute(paths.chat('moewe-air')), { screen: 'chat', handle: 'moewe-air' });
  assert.deepEqual(parseRoute(paths.message('moewe-air', 'one')), { screen: 'chat', handle: 'moewe-air', at: 'one' });
  assert.deepEqual(parseRoute(paths.starred), { screen: 'starred' });
  assert.deepEqual(parseRoute(paths.safety('moewe-air')), { screen: 'safety', handle: 'moewe-air' });
  assert.deepEqual(parseRoute(paths.profile('moewe-air')), { screen: 'profile', handle: 'moewe-air' });
});

test('an invitation keeps its whole link, with key and text', () => {
  const path = paths.invitation('moewe-air', 'a+b/c', 'Hallo & Tschüs');
  assert.equal(path, '#/c/moewe-air?k=a-b_c&text=Hallo+%26+Tsch%C3%BCs');
  assert.deepEqual(parseRoute(path), { screen: 'invitation', link: path });
});

test('what is no address of ours shows the chats', () => {
  for (const hash of ['', '#', '#/', '#/nonsense', '#/chat/', '#x']) assert.deepEqual(parseRoute(hash), { screen: 'chats' });
});

test('a chat opens at a message, with its search, and for export', () => {
  assert.deepEqual(parseRoute(paths.message('moewe-air', 'id')), { screen: 'chat', handle: 'moewe-air', at: 'id' });
  assert.deepEqual(parseRoute(paths.searchIn('moewe-air')), { screen: 'chat', handle: 'moewe-air', searching: true });
  assert.deepEqual(parseRoute(paths.export('moewe-air')), { screen: 'export', handle: 'moewe-air' });
  assert.deepEqual(parseRoute(paths.archived), { screen: 'archived' });
  assert.deepEqual(parseRoute(paths.starred), { screen: 'starred' });
});
