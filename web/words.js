// SPDX-License-Identifier: Apache-2.0
//
// Verdicts, numbers and differences as sentences. Pure.
import {inWords} from './characters.js';

export const VERDICTS = {
  clear: 'Clear',
  doubtful: 'Doubtful',
  misdirected: 'Misdirected',
  blocked: 'Blocked',
  invalid: 'Invalid',
};

const ACTIONS = {
  accept: 'The guard would let it pass.',
  ask: 'The guard would ask the sender before it leaves.',
  reject: 'The guard would refuse it.',
};

export function actionInWords(action) { return ACTIONS[action] ?? ''; }

// Never 0 % nor 100 %: nobody is that sure.
export function percent(probability) {
  const value = probability * 100;
  if (value < 0.1) return 'under 0.1 %';
  if (value > 99.9) return 'over 99.9 %';
  const digits = value < 10 || value > 90 ? 1 : 0;
  return `${value.toFixed(digits).replace(/\.0$/, '')} %`;
}

function likelihood(probability) {
  if (probability >= 0.99) return 'Almost certainly a mistake';
  if (probability >= 0.9) return 'Very likely a mistake';
  if (probability >= 0.5) return 'More likely a mistake than not';
  if (probability >= 0.1) return 'Probably as it was meant';
  return 'Nothing looks wrong';
}

// {text, number}: number is empty where a probability says nothing.
export function verdictInWords({verdict, probability}) {
  if (verdict === 'blocked') {
    return {text: 'A rule of this site forbids it', number: ''};
  }
  if (verdict === 'invalid') {
    return {text: 'No mail can be sent there', number: ''};
  }
  const number = percent(probability);
  return {text: likelihood(probability),
          number: probability < 0.5 ? `${number} chance of a mistake` : number};
}

const DIFFERENCES = {
  lost: ({intended}) => `${inWords(intended)} is missing`,
  extra: ({typed}) => `${inWords(typed)} is too much`,
  changed: ({typed, intended}) =>
      `${inWords(typed)} stands for ${inWords(intended)}`,
  swapped: ({typed, intended}) =>
      `${inWords(typed)} should be ${inWords(intended)}`,
};

// "“i” is missing.": what align() found, for those who cannot see the marks.
export function differenceInWords(parts) {
  const sentences = parts.filter(({kind}) => kind !== 'same')
                         .map((part) => DIFFERENCES[part.kind](part));
  return sentences.length ? sentences.join(', ') + '.' : '';
}

// "4 addresses: 2 misdirected, 1 invalid, 1 clear."
export function tallyInWords(results) {
  const order = ['misdirected', 'blocked', 'invalid', 'doubtful', 'clear'];
  const counts = order
      .map((verdict) => [verdict, results.filter(
          (result) => result.verdict === verdict).length])
      .filter(([, count]) => count > 0)
      .map(([verdict, count]) => `${count} ${verdict}`);
  return `${results.length} addresses: ${counts.join(', ')}.`;
}

// What a screen reader hears when a single verdict arrives.
export function announcement(result) {
  const {text} = verdictInWords(result);
  const meant = result.intended?.[0]?.address;
  return `${VERDICTS[result.verdict] ?? result.verdict}. ${text}.` +
         (meant ? ` Did you mean ${meant}?` : '');
}

// "+6.2", with a real minus.
export function signed(number) {
  const text = Math.abs(number).toFixed(1);
  return (number < 0 ? '\u2212' : '+') + text;
}
