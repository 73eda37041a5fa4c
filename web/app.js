// SPDX-License-Identifier: Apache-2.0
//
// The page: reads the field, asks the guard, shows the cards. Nothing typed
// leaves by any other way: no address bar, no storage, no foreign origin.
import {cards} from './view.js';
import {announcement, tallyInWords} from './words.js';

const PAUSE = 300;        // milliseconds without a key before we ask
const MOST = 1000;        // addresses the guard takes at once
const MOST_ROWS = 12;

const $ = (id) => document.getElementById(id);
const field = $('addresses');

let timer = 0;
let asking = null;        // the AbortController of the question under way
let shown = '';           // what the cards on the page answer
let latest = [];          // their results

function lines() {
  return field.value.split(/[\r\n]+/).map((line) => line.trim())
              .filter((line) => line !== '');
}

// A name that is still being typed is not judged: "general@ar" is no mistake.
function isWhole(line) { return /@.*[^.\s]\.[^.\s]{2,}$/u.test(line); }

function lineAtCaret() {
  const before = field.value.slice(0, field.selectionStart);
  const start = before.lastIndexOf('\n') + 1;
  const end = field.value.indexOf('\n', start);
  return field.value.slice(start, end < 0 ? undefined : end).trim();
}

function complain(text) {
  $('trouble').textContent = text;
  $('trouble').hidden = text === '';
}

function clear() {
  shown = '';
  latest = [];
  $('outcome').hidden = true;
  $('results').replaceChildren();
  $('status').textContent = '';
  complain('');
}

function show(results) {
  latest = results;
  complain('');
  $('results').replaceChildren(...cards(results));
  $('outcome').hidden = false;
  $('tally').hidden = results.length < 2;
  $('tally-text').textContent = results.length < 2 ? '' : tallyInWords(results);
  $('copy-list').hidden =
      !results.some(({verdict}) => verdict === 'misdirected');
  $('status').textContent = results.length === 1 ? announcement(results[0])
                                                 : tallyInWords(results);
}

async function ask(addresses, signal) {
  const answer = await fetch('/api/v1/check', {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({addresses}),
    signal,
  });
  if (answer.status === 401) {
    throw new Error('This window needs its token again: open it by the ' +
                    'address with ?token=.');
  }
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  return body.results;
}

async function check(addresses) {
  const question = addresses.join('\n');
  if (question === shown) return;
  asking?.abort();
  asking = null;
  if (addresses.length === 0) return clear();
  if (addresses.length > MOST) {
    clear();
    return complain(`${addresses.length} addresses are too many at once; ` +
                    `at most ${MOST}. For long lists: ` +
                    'lostletter check < FILE');
  }
  const mine = asking = new AbortController();
  try {
    const results = await ask(addresses, mine.signal);
    if (mine.signal.aborted) return;
    shown = question;
    show(results);
  } catch (trouble) {
    if (mine.signal.aborted) return;
    clear();
    complain(trouble instanceof TypeError
        ? 'The guard does not answer. Is lostletter still running?'
        : trouble.message);
  }
}

function checkSoon() {
  clearTimeout(timer);
  const unfinished = lineAtCaret();
  timer = setTimeout(() => {
    const all = lines();
    check(isWhole(unfinished) ? all : all.filter(
        (line) => line !== unfinished));
  }, PAUSE);
}

function checkNow() {
  clearTimeout(timer);
  check(lines());
}

function fit() {
  const rows = field.value.split('\n').length;
  field.rows = Math.min(Math.max(rows, 1), MOST_ROWS);
}

// Text one may copy even where the clipboard is closed to pages (plain http on
// another address than loopback).
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const carrier = document.createElement('textarea');
    carrier.value = text;
    carrier.className = 'unseen';
    document.body.append(carrier);
    carrier.select();
    document.execCommand('copy');
    carrier.remove();
  }
}

async function copyFrom(button, text) {
  button.focus();
  await copy(text);
  button.classList.add('done');
  setTimeout(() => button.classList.remove('done'), 1600);
  $('status').textContent = 'Copied.';
}

function correctedList() {
  return latest.map(({address, verdict, intended}) =>
      verdict === 'misdirected' && intended?.length ? intended[0].address
                                                    : address).join('\n');
}

field.addEventListener('input', () => { fit(); checkSoon(); });

field.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  // In a list Enter is a new line, as in any list.
  const single = !field.value.trim().includes('\n');
  if (single || event.ctrlKey || event.metaKey) {
    event.preventDefault();
    checkNow();
  }
});

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  checkNow();
});

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.dataset.example) {
    field.value = button.dataset.example;
    fit();
    checkNow();
  } else if (button.dataset.copy) {
    copyFrom(button, button.dataset.copy);
  } else if (button.id === 'copy-list') {
    copyFrom(button, correctedList());
  }
});

fit();
if (field.value) checkNow();
