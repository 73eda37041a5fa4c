// SPDX-License-Identifier: Apache-2.0
//
// Names to ask two engines about: known ones, slips of them, other suffixes,
// characters that look alike, whole strings of other scripts, A-labels, and what
// is no name at all. The same at each run.

// Marsaglia's xorshift, 32 bits.
function makeRandom(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789-.';
const SUFFIXES = ['com', 'net', 'ml', 'mil', 'co.uk', 'de', 'con', 'comm',
  'gouv.ml', 'example', 'xn--p1ai', 'github.io'];
// a for a, and so on: Cyrillic, Greek, full width, with marks.
const ALIKE = { a: 'аάａä', c: 'сｃç', e: 'еεｅé', i: 'іιｉı', o: 'оοｏö', p: 'рρ' };
const FIRSTS = [0xa0, 0x370, 0x400, 0x590, 0x620, 0x900, 0x1100, 0x1e00,
  0x2000, 0x3040, 0x4e00, 0xac00, 0xfb00, 0xff00, 0x10400, 0x1f600];

export function makeNames(known, count) {
  const random = makeRandom(1729);
  const pick = (from) => from[random(from.length)];
  const put = (name, at, drop, text) =>
    name.slice(0, at) + text + name.slice(at + drop);

  const slip = (name) => {
    const at = random(name.length);
    const kinds = [
      () => put(name, at, 1, ''),
      () => put(name, at, 0, pick(LETTERS)),
      () => put(name, at, 1, pick(LETTERS)),
      () => put(name, at, 0, name[at]),
      () => put(name, at, 2, [...name.slice(at, at + 2)].reverse().join('')),
    ];
    return pick(kinds)();
  };
  const otherSuffix = (name) =>
    `${name.slice(0, name.indexOf('.'))}.${pick(SUFFIXES)}`;
  const lookAlike = (name) =>
    [...name].map((c) => (ALIKE[c] && random(3) === 0 ? pick([...ALIKE[c]]) : c))
      .join('');
  const foreign = () => {
    const first = pick(FIRSTS);
    const label = Array.from({ length: 1 + random(6) }, () =>
      String.fromCodePoint(random(8) === 0 ? 0x300 + random(64)
        : first + random(96)));
    return `${label.join('')}.${pick(SUFFIXES)}`;
  };
  const aLabel = () => `xn--${Array.from({ length: 2 + random(8) },
    () => LETTERS[random(37)]).join('')}.${pick(SUFFIXES)}`;
  const bytes = () => Buffer.from(
    Array.from({ length: random(20) }, () => random(256)).map(
      (byte) => (byte === 10 ? 46 : byte)));

  const kinds = [
    () => pick(known),
    () => slip(pick(known)),
    () => slip(pick(known)),
    () => slip(slip(pick(known))),
    () => otherSuffix(pick(known)),
    () => slip(otherSuffix(pick(known))),
    () => lookAlike(pick(known)),
    () => lookAlike(pick(known)),
    () => pick(known).toUpperCase(),
    foreign,
    foreign,
    aLabel,
    bytes,
  ];
  return Array.from({ length: count }, () => Buffer.from(pick(kinds)()));
}
