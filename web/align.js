// SPDX-License-Identifier: Apache-2.0
//
// Lays the typed address beside the intended one, character by character:
// optimal string alignment (Damerau, neighbours may swap), the cheapest path
// read back as parts. Pure: node runs its tests without a browser.

// Beyond this the table would grow large, and the eye finds nothing either.
const MOST = 400;

const same = (a, b) => a === b || a.toLowerCase() === b.toLowerCase();

// Cost of the cheapest way from the first i typed to the first j intended.
function costs(typed, intended) {
  const table = Array.from({length: typed.length + 1}, (_, i) => {
    const row = new Uint16Array(intended.length + 1);
    row[0] = i;
    return row;
  });
  for (let j = 0; j <= intended.length; ++j) table[0][j] = j;
  for (let i = 1; i <= typed.length; ++i) {
    for (let j = 1; j <= intended.length; ++j) {
      const change = same(typed[i - 1], intended[j - 1]) ? 0 : 1;
      table[i][j] = Math.min(table[i - 1][j] + 1, table[i][j - 1] + 1,
                             table[i - 1][j - 1] + change);
      if (swaps(typed, intended, i, j)) {
        table[i][j] = Math.min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table;
}

function swaps(typed, intended, i, j) {
  return i > 1 && j > 1 && same(typed[i - 1], intended[j - 2]) &&
         same(typed[i - 2], intended[j - 1]) &&
         !same(typed[i - 1], typed[i - 2]);
}

// The last step of the cheapest path to (i, j): what it is, and how many
// characters of each side it takes. Later letters are blamed first: of the two
// l in "mill" the second is the one too many.
function lastStep(table, typed, intended, i, j) {
  const cost = table[i][j];
  if (i > 0 && cost === table[i - 1][j] + 1) return ['extra', 1, 0];
  if (j > 0 && cost === table[i][j - 1] + 1) return ['lost', 0, 1];
  if (swaps(typed, intended, i, j) && cost === table[i - 2][j - 2] + 1) {
    return ['swapped', 2, 2];
  }
  return [same(typed[i - 1], intended[j - 1]) ? 'same' : 'changed', 1, 1];
}

function alignRun(typed, intended) {
  if (typed.length > MOST || intended.length > MOST) {
    return [{kind: 'changed', typed: typed.join(''),
             intended: intended.join('')}];
  }
  const table = costs(typed, intended);
  const parts = [];
  let i = typed.length, j = intended.length;
  while (i > 0 || j > 0) {
    const [kind, back, along] = lastStep(table, typed, intended, i, j);
    const part = {kind, typed: typed.slice(i - back, i).join(''),
                  intended: intended.slice(j - along, j).join('')};
    const next = parts[parts.length - 1];
    if (next && next.kind === kind && kind !== 'swapped') {
      next.typed = part.typed + next.typed;
      next.intended = part.intended + next.intended;
    } else {
      parts.push(part);
    }
    i -= back;
    j -= along;
  }
  return parts.reverse();
}

// [{kind, typed, intended}], kind one of same, lost (was not typed), extra,
// changed, swapped. All `typed` joined give `typed`, likewise `intended`. The
// parts before and after the last '@' are laid side by side separately.
export function align(typed, intended) {
  const cutTyped = typed.lastIndexOf('@');
  const cutIntended = intended.lastIndexOf('@');
  if (cutTyped < 0 || cutIntended < 0) {
    return alignRun(Array.from(typed), Array.from(intended));
  }
  const parts = [
    ...alignRun(Array.from(typed.slice(0, cutTyped)),
                Array.from(intended.slice(0, cutIntended))),
    {kind: 'same', typed: '@', intended: '@'},
    ...alignRun(Array.from(typed.slice(cutTyped + 1)),
                Array.from(intended.slice(cutIntended + 1))),
  ];
  return parts.reduce((merged, part) => {
    const before = merged[merged.length - 1];
    if (before && before.kind === 'same' && part.kind === 'same') {
      before.typed += part.typed;
      before.intended += part.intended;
    } else {
      merged.push({...part});
    }
    return merged;
  }, []);
}
