// SPDX-License-Identifier: Apache-2.0
//
// Characters that cannot be seen, and those that look like others: what to
// show in their place. Pure: node runs its tests without a browser.

// Controls, formats (bidirectional overrides among them), separators, what
// Unicode lets a renderer ignore, and the braille blank.
const HIDDEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

const NAMES = new Map([
  [0x00, 'null'], [0x09, 'tab'], [0x0a, 'line feed'], [0x0d, 'return'],
  [0x20, 'space'], [0x7f, 'delete'], [0xa0, 'no-break space'],
  [0xad, 'soft hyphen'], [0x200b, 'zero width space'],
  [0x200c, 'zero width non-joiner'], [0x200d, 'zero width joiner'],
  [0x200e, 'left-to-right mark'], [0x200f, 'right-to-left mark'],
  [0x202a, 'left-to-right embedding'], [0x202b, 'right-to-left embedding'],
  [0x202c, 'end of embedding'], [0x202d, 'left-to-right override'],
  [0x202e, 'right-to-left override'], [0x2060, 'word joiner'],
  [0x2066, 'left-to-right isolate'], [0x2067, 'right-to-left isolate'],
  [0x2068, 'first strong isolate'], [0x2069, 'end of isolate'],
  [0x3000, 'ideographic space'], [0x3164, 'Hangul filler'],
  [0xfeff, 'zero width no-break space'],
]);

const SCRIPTS = ['Cyrillic', 'Greek', 'Armenian', 'Hebrew', 'Arabic',
  'Georgian', 'Cherokee', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Thai',
  'Devanagari', 'Latin'].map(
  (name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')]);

// "U+202E"
export function codePoint(character) {
  const hex = character.codePointAt(0).toString(16).toUpperCase();
  return 'U+' + hex.padStart(4, '0');
}

export function isHidden(character) { return HIDDEN.test(character); }

// "zero width space", or "control character" and the like.
export function nameOf(character) {
  const known = NAMES.get(character.codePointAt(0));
  if (known) return known;
  if (/\p{Cc}/u.test(character)) return 'control character';
  return 'invisible character';
}

// The text as pieces: {text} can be seen, {hidden: "U+200B", name} cannot. In a
// sentence a space is no surprise, in an address it is.
export function pieces(text, {sentence = false} = {}) {
  const found = [];
  for (const character of text) {
    const last = found[found.length - 1];
    if (isHidden(character) && !(sentence && character === ' ')) {
      found.push({hidden: codePoint(character), name: nameOf(character)});
    } else if (last && 'text' in last) {
      last.text += character;
    } else {
      found.push({text: character});
    }
  }
  return found;
}

// How a sentence names characters: “i”, “.” (dot), “а” (Cyrillic, U+0430),
// U+200B (zero width space).
export function inWords(text) {
  const characters = Array.from(text);
  if (characters.some(isHidden)) {
    return characters.map((c) => isHidden(c) ? `${codePoint(c)} (${nameOf(c)})`
                                             : `“${c}”`).join(' ');
  }
  if (text === '.') return '“.” (dot)';
  if (text === '-') return '“-” (hyphen)';
  if (text === ',') return '“,” (comma)';
  const foreign = characters.filter((c) => c.codePointAt(0) > 0x7f);
  if (foreign.length === 0) return `“${text}”`;
  const kinds = foreign.map((c) => {
    const script = SCRIPTS.find(([, pattern]) => pattern.test(c));
    return script ? `${script[0]}, ${codePoint(c)}` : codePoint(c);
  });
  return `“${text}” (${kinds.join('; ')})`;
}
