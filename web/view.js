// SPDX-License-Identifier: Apache-2.0
//
// One verdict as a card. Every text from outside enters by textContent: there
// is no markup here to escape from.
import {align} from './align.js';
import {pieces} from './characters.js';
import {VERDICTS, actionInWords, differenceInWords, percent, signed,
        verdictInWords} from './words.js';

const SVG = 'http://www.w3.org/2000/svg';

// One shape a verdict, beside its word: never colour alone.
const SHAPES = {
  clear: 'M3.5 8.5l3 3 6-7',
  doubtful: 'M5.6 5.8a2.4 2.4 0 1 1 3.4 2.3c-.7.3-1 .7-1 1.5M8 12.4v.1',
  misdirected: 'M3 12V9.5A3.5 3.5 0 0 1 6.500 6H13M10 3l3 3-3 3',
  blocked: 'M3.500 3.500l9 9M8 1.700a6.300 6.300 0 1 0 .01 0z',
  invalid: 'M4 4l8 8M12 4l-8 8',
};

// Log-odds beyond this fill the bar: e^8 is three thousand to one.
const FULL_BAR = 8;
const WEIGHT = 'log-odds: + speaks for a mistake, \u2212 against';

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function icon(verdict) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', SHAPES[verdict] ?? SHAPES.doubtful);
  svg.append(path);
  return svg;
}

function badge(verdict) {
  return element('span', {class: 'badge'}, icon(verdict),
                 VERDICTS[verdict] ?? verdict);
}

// Text in which nothing hides: what cannot be seen becomes its code point.
function visible(text, options = {}) {
  return pieces(text, options).map((piece) => 'text' in piece
      ? document.createTextNode(piece.text)
      : element('span', {class: 'hidden-character', title: piece.name},
                piece.hidden));
}

const sentence = (text) => visible(text, {sentence: true});

// An address keeps its order of characters, whatever script they are of.
function address(nodes) { return element('bdi', {dir: 'ltr'}, ...nodes); }

function marked(parts, side) {
  const other = side === 'typed' ? 'intended' : 'typed';
  const tag = side === 'typed' ? 'del' : 'ins';
  return parts.flatMap((part) => {
    const width = Array.from(part[other]).length;
    if (part.kind === 'same') return visible(part[side]);
    if (part[side] !== '') return element(tag, {}, ...visible(part[side]));
    return element('span', {class: 'gap', 'aria-hidden': 'true'},
                   '\u00b7'.repeat(width));
  });
}

function copyButton(text) {
  return element('button', {type: 'button', class: 'quiet', 'data-copy': text},
                 'Copy', element('span', {class: 'unseen'}, ` ${text}`));
}

function row(term, nodes, extra = null) {
  return element('div', {class: 'row'}, element('dt', {}, term),
                 element('dd', {}, element('span', {class: 'address'},
                                           address(nodes)), extra));
}

function rows(result) {
  const best = result.intended?.[0];
  if (!best) {
    return [element('dl', {class: 'pair'},
                    row('You typed', visible(result.address)))];
  }
  const parts = align(result.address, best.address);
  const list = element('dl', {class: 'pair'},
      row('You typed', marked(parts, 'typed')),
      row('Did you mean', marked(parts, 'intended'), copyButton(best.address)));
  // Both lines take one size, small enough that the longer one fits.
  const length = Math.max(Array.from(result.address).length,
                          Array.from(best.address).length) + 1;
  list.style.setProperty('--length', String(length));
  const difference = differenceInWords(parts);
  return [list, difference
      ? element('p', {class: 'difference'}, ...sentence(difference)) : null];
}

// Names that are hardly possible only distract.
const WORTH_NAMING = 0.01;

function others(result) {
  const rest = (result.intended ?? []).slice(1).filter(
      ({probability}) => probability >= WORTH_NAMING);
  if (rest.length === 0) return null;
  return element('div', {class: 'others'}, element('h3', {}, 'Or perhaps'),
      element('ul', {}, ...rest.map((one) => element('li', {},
          element('span', {class: 'address'}, address(visible(one.address))),
          element('span', {class: 'number'}, percent(one.probability)),
          copyButton(one.address)))));
}

function bar(logOdds) {
  const share = Math.min(Math.abs(logOdds) / FULL_BAR, 1) * 50;
  const fill = element('span',
      {class: logOdds < 0 ? 'fill against' : 'fill for'});
  // Through the object model: the page's policy has no inline styles.
  fill.style.width = `${share}%`;
  return element('span', {class: 'bar', 'aria-hidden': 'true'}, fill);
}

function findings(result) {
  const list = result.findings ?? [];
  if (list.length === 0) return null;
  return element('div', {class: 'why'},
      element('h3', {}, 'Why'),
      element('ul', {}, ...list.map(findingLine)));
}

// What weighs nothing is a fact, and gets no bar.
function findingLine({text, log_odds: logOdds}) {
  const line = element('li', {}, element('span', {class: 'reason'},
                                         ...sentence(text)));
  if (logOdds) {
    line.append(bar(logOdds), element('span', {class: 'weight', title: WEIGHT},
                                      signed(logOdds)));
  }
  return line;
}

function likelihood(result) {
  const {text, number} = verdictInWords(result);
  return element('span', {class: 'likelihood'}, text,
      number ? element('span', {class: 'number'}, number) : null);
}

function body(result) {
  const action = actionInWords(result.action);
  return [...rows(result), others(result), findings(result),
          action ? element('p', {class: 'action'}, action) : null];
}

// A whole card: for one address.
function wholeCard(result) {
  return element('article', {class: 'card'},
      element('div', {class: 'verdict'}, badge(result.verdict),
              likelihood(result)),
      ...body(result));
}

// A line that opens: for lists. What is inside is made when it is opened.
function foldedCard(result, open) {
  const meant = result.intended?.[0]?.address;
  const summary = element('summary', {}, badge(result.verdict),
      element('span', {class: 'address'}, address(visible(result.address))),
      meant ? element('span', {class: 'meant'},
                      element('span', {class: 'unseen'}, 'did you mean '),
                      element('span', {'aria-hidden': 'true'}, '\u2192 '),
                      address(visible(meant))) : null);
  const details = element('details', {class: 'card'}, summary);
  const fill = () => {
    if (!details.open || details.childElementCount > 1) return;
    details.append(element('div', {class: 'inside'},
        element('p', {class: 'verdict'}, likelihood(result)),
        ...body(result)));
  };
  details.addEventListener('toggle', fill);
  details.open = open;
  fill();
  return details;
}

// The <li> of each result, in order.
export function cards(results) {
  // In a short list those that need a look are open.
  const open = results.length <= 5;
  return results.map((result) => element('li',
      {class: 'result', 'data-verdict': result.verdict},
      results.length === 1
          ? wholeCard(result)
          : foldedCard(result, open && result.verdict !== 'clear')));
}
