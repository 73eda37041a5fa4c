// SPDX-License-Identifier: Apache-2.0
//
// The page's pure modules, without a browser: node --test tests/web
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {align} from '../../web/align.js';
import {codePoint, inWords, isHidden, pieces} from '../../web/characters.js';
import {announcement, differenceInWords, percent, signed, tallyInWords,
        verdictInWords} from '../../web/words.js';

// "m[+i]l": what was not typed; "[-l]" too much; "[a>b]" changed, "[ab~ba]"
// swapped.
function show(parts) {
  return parts.map(({kind, typed, intended}) => ({
    same: typed,
    lost: `[+${intended}]`,
    extra: `[-${typed}]`,
    changed: `[${typed}>${intended}]`,
    swapped: `[${typed}~${intended}]`,
  })[kind]).join('');
}

const ALIGNED = [
  ['general@army.ml', 'general@army.mil', 'general@army.m[+i]l'],
  ['a@army.mill', 'a@army.mil', 'a@army.mil[-l]'],
  ['a@amry.mil', 'a@army.mil', 'a@a[mr~rm]y.mil'],
  ['a@gmial.com', 'a@gmail.com', 'a@gm[ia~ai]l.com'],
  ['a@gmail,com', 'a@gmail.com', 'a@gmail[,>.]com'],
  ['a@armymil', 'a@army.mil', 'a@army[+.]mil'],
  ['a@army.mil', 'a@us.army.mil', 'a@[+us.]army.mil'],
  ['a@gmail.con', 'a@gmail.com', 'a@gmail.co[n>m]'],
  ['a@army.mil', 'a@army.mil', 'a@army.mil'],
  ['A@ARMY.ML', 'a@army.mil', 'A@ARMY.M[+i]L'],
  ['a@\u0430rmy.mil', 'a@army.mil', 'a@[\u0430>a]rmy.mil'],
  ['a@\u{1F600}.mil', 'a@x.mil', 'a@[\u{1F600}>x].mil'],
  ['"a@b"@army.ml', '"a@b"@army.mil', '"a@b"@army.m[+i]l'],
  ['army.ml', 'army.mil', 'army.m[+i]l'],
  ['', 'a', '[+a]'],
  ['a', '', '[-a]'],
  ['', '', ''],
];
for (const [typed, intended, want] of ALIGNED) {
  test(`align ${typed} with ${intended}`, () => {
    assert.equal(show(align(typed, intended)), want);
  });
}

// The plain distance, to check the parts against: no part is wasted.
function distance(a, b) {
  const d = Array.from({length: a.length + 1}, (_, i) => [i]);
  for (let j = 0; j <= b.length; ++j) d[0][j] = j;
  for (let i = 1; i <= a.length; ++i) {
    for (let j = 1; j <= b.length; ++j) {
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1,
                         d[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.length][b.length];
}

test('align loses nothing and is the shortest, for all short words', () => {
  const words = [''];
  for (const word of words) {
    if (word.length < 4) words.push(word + 'a', word + 'b', word + '.');
  }
  for (const typed of words) {
    for (const intended of words) {
      const parts = align(typed, intended);
      assert.equal(parts.map((part) => part.typed).join(''), typed);
      assert.equal(parts.map((part) => part.intended).join(''), intended);
      const cost = parts.reduce((sum, part) => sum + ({
        same: 0, swapped: 1,
      }[part.kind] ?? Math.max(part.typed.length, part.intended.length)), 0);
      assert.equal(cost, distance(typed, intended), `${typed} ${intended}`);
    }
  }
});

test('align gives up on what no eye could follow', () => {
  const parts = align('a'.repeat(100_000), 'b');
  assert.equal(parts.length, 1);
  assert.equal(parts[0].kind, 'changed');
});

test('what cannot be seen is told', () => {
  for (const hidden of ['\u0000', '\t', ' ', '\u00a0', '\u00ad', '\u200b',
    '\u200d', '\u202e', '\u2066', '\u2800', '\u3164', '\ufeff', '\ufe0f',
    '\u{e0001}', '\ud800']) {
    assert.ok(isHidden(hidden), codePoint(hidden));
  }
  for (const seen of ['a', '@', '.', '\u00e4', '\u0430', '\u{1F600}']) {
    assert.ok(!isHidden(seen), seen);
  }
  assert.deepEqual(pieces('a\u200bb'), [
    {text: 'a'}, {hidden: 'U+200B', name: 'zero width space'}, {text: 'b'}]);
  assert.deepEqual(pieces('a b'), [
    {text: 'a'}, {hidden: 'U+0020', name: 'space'}, {text: 'b'}]);
  assert.deepEqual(pieces('a b\u202e', {sentence: true}), [
    {text: 'a b'}, {hidden: 'U+202E', name: 'right-to-left override'}]);
});

test('characters in words', () => {
  assert.equal(inWords('i'), '\u201ci\u201d');
  assert.equal(inWords('.'), '\u201c.\u201d (dot)');
  assert.equal(inWords('\u0430'), '\u201c\u0430\u201d (Cyrillic, U+0430)');
  assert.equal(inWords('a\u200b'), '\u201ca\u201d U+200B (zero width space)');
});

test('differences in words', () => {
  const cases = [
    ['general@army.ml', 'general@army.mil', '\u201ci\u201d is missing.'],
    ['a@army.mill', 'a@army.mil', '\u201cl\u201d is too much.'],
    ['a@amry.mil', 'a@army.mil', '\u201cmr\u201d should be \u201crm\u201d.'],
    ['a@gmail,com', 'a@gmail.com',
     '\u201c,\u201d (comma) stands for \u201c.\u201d (dot).'],
    ['a@army.mil', 'a@army.mil', ''],
  ];
  for (const [typed, intended, want] of cases) {
    assert.equal(differenceInWords(align(typed, intended)), want);
  }
});

test('nobody is ever wholly sure', () => {
  const cases = [[0, 'under 0.1 %'], [0.0005, 'under 0.1 %'], [0.05, '5 %'],
    [0.0123, '1.2 %'], [0.5, '50 %'], [0.604, '60 %'], [0.9, '90 %'],
    [0.9987, '99.9 %'], [0.9999, 'over 99.9 %'], [1, 'over 99.9 %']];
  for (const [probability, want] of cases) {
    assert.equal(percent(probability), want);
  }
});

test('verdicts in words', () => {
  assert.deepEqual(verdictInWords({verdict: 'misdirected', probability: 0.995}),
                   {text: 'Almost certainly a mistake', number: '99.5 %'});
  assert.deepEqual(verdictInWords({verdict: 'clear', probability: 0}),
                   {text: 'Nothing looks wrong',
                    number: 'under 0.1 % chance of a mistake'});
  assert.deepEqual(verdictInWords({verdict: 'blocked', probability: 0}),
                   {text: 'A rule of this site forbids it', number: ''});
  assert.equal(announcement({verdict: 'misdirected', probability: 0.995,
                             intended: [{address: 'a@army.mil'}]}),
               'Misdirected. Almost certainly a mistake. ' +
               'Did you mean a@army.mil?');
  assert.equal(tallyInWords([{verdict: 'clear'}, {verdict: 'misdirected'},
                             {verdict: 'clear'}]),
               '3 addresses: 1 misdirected, 2 clear.');
  assert.equal(signed(6.25), '+6.3');
  assert.equal(signed(-2), '\u22122.0');
});
