// The ledger finds what is planted. node --test ledger_test.mjs
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expected, is_clean, judge, key_of } from './ledger.mjs';

let clock = 0;
const input = (type, n, more = {}) => ({ user: 'u', type, n, k: 'k', first: clock, answered: clock, sure: true, ...more });
const at = (ms, make) => { clock = ms; return make(); };
const keys = (inputs, clock) => Object.fromEntries(expected(inputs, clock));

const day = [
  input('item_view', '1'), input('item_view', '2'), input('item_view', '3'),
  input('item_cart', '4'), input('order_placed', '5'), input('order_placed', '6', { user: 'v' }),
];
const effects = [...expected(day).keys()].map((key, i) => ({ key, id: `id-${i}` }));

test('what the rules mean', () => {
  assert.deepEqual(keys(day), {
    'third_view|u|3': true, 'every_cart|u|4': true, 'pair|u|4+5': true, 'unpaid|u|5': true, 'unpaid|v|6': true,
  });
  const paid = (ms) => [at(0, () => input('order_placed', '1')), at(ms, () => input('order_paid', '2'))];
  assert.deepEqual(keys(paid(1000)), {});
  assert.deepEqual(keys(paid(2900)), { 'unpaid|u|1': false });
  assert.deepEqual(keys(paid(1000), { jumps: [500] }), { 'unpaid|u|1': false });
  assert.deepEqual(keys(paid(1000).slice(0, 1), { late_from: 2000 }), { 'unpaid|u|1': false });
});

test('a complete day is clean, also when an effect comes again under its id', () => {
  assert.ok(is_clean(judge(day, effects)));
  const again = judge(day, [...effects, effects[0]]);
  assert.ok(is_clean(again));
  assert.equal(again.repeats, 1);
});

test('what is lost, doubled, shared or strange is found', () => {
  assert.deepEqual(judge(day, effects.slice(1)).lost, ['third_view|u|3']);
  assert.deepEqual(judge(day, [...effects, { ...effects[1], id: 'other' }]).duplicated, ['every_cart|u|4']);
  assert.deepEqual(judge(day, [...effects, { key: key_of('third_view', 'u', '2'), id: 'new' }]).strange, ['third_view|u|2']);
  const one_id = effects.map((e) => ({ ...e, id: 'same' }));
  assert.deepEqual(judge(day, one_id).shared, ['same']);
});

test('an event applied twice moves the third view', () => {
  const views = ['1', '2', '3', '4'].map((n) => input('item_view', n));
  const twice = judge(views, [{ key: key_of('third_view', 'u', '2'), id: 'x' }]);
  assert.deepEqual([twice.lost, twice.strange], [['third_view|u|3'], ['third_view|u|2']]);
});

test('an unsure input may have been accepted or not, and must be the last', () => {
  const unsure = [input('order_placed', '1'), input('item_cart', '2', { sure: false })];
  assert.deepEqual(keys(unsure), { 'every_cart|u|2': false, 'unpaid|u|1': true });
  assert.deepEqual(keys([input('order_placed', '1'), input('order_paid', '2', { sure: false })]), { 'unpaid|u|1': false });
  assert.throws(() => expected([...unsure, input('item_view', '3')]), /went on/);
});
