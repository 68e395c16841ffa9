import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldPath } from '../../src/protocols/path-fold.ts';

test('numbers, identities and dates are folded', () => {
  const paths: [string, string][] = [
    ['/users/42/orders/7', '/users/{id}/orders/{id}'],
    ['/users/42/a1b2c3d4e5f6', '/users/{id}/{id}'],
    ['/t/-1.5/12,5', '/t/{id}/{id}'],
    ['/x/123e4567-e89b-12d3-a456-426614174000', '/x/{id}'],
    ['/x/user-123e4567-e89b-12d3-a456-426614174000.png', '/x/user-{id}.png'],
    ['/x/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/x/{id}'],
    ['/x/507f1f77bcf86cd799439011/edit', '/x/{id}/edit'],
    ['/c/d3adb33f', '/c/{id}'],
    ['/static/main.3f2a1b9c.js', '/static/main.{id}.js'],
    ['/order-12345/x', '/order-{id}/x'],
    ['/u/alice@example.com', '/u/{id}'],
    ['/u/alice%40example.com', '/u/{id}'],
    ['/log/2026-11-28', '/log/{date}'],
    ['/log/2026-11', '/log/{date}'],
    ['/log/20261128', '/log/{date}'],
    ['/log/2026-11-28T10:00:00Z', '/log/{date}'],
    ['/v/dQw4w9WgXcQabcd1', '/v/{id}'],
  ];
  for (const [path, folded] of paths) assert.equal(foldPath(path), folded);
});

test('names stay', () => {
  const paths = [
    '/',
    '',
    '*',
    '/api/v1/users',
    '/api/v2.1/x',
    '/index.html',
    '/jquery-3.6.0.min.js',
    '/oauth2/token',
    '/a//b/',
    '/.well-known/acme-challenge',
    '/internationalization',
    '/some-long-title-of-an-article',
    '/deadbeef/facade',
    '/ipv6',
    '/page-2',
    '/prüfung/übersicht',
    '/customer_service_department_2',
  ];
  for (const path of paths) assert.equal(foldPath(path), path);
});

test('what is folded stays as it is', () => {
  for (const path of [
    '/users/42/a1b2c3d4e5f6',
    '/log/2026-11-28',
    '/x/user-123e4567-e89b-12d3-a456-426614174000.png',
  ])
    assert.equal(foldPath(foldPath(path)), foldPath(path));
});

test('long paths are cut, and take no time', () => {
  assert.equal(foldPath('/a'.repeat(5000)), `${'/a'.repeat(31)}/…`);
  for (const piece of ['1', 'a1', '-', '%40', '@', '.1', '1-', 'a-1_']) {
    assert.equal(foldPath(`/${piece.repeat(8192 / piece.length)}`), '/{id}');
  }
});
