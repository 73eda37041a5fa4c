// SPDX-License-Identifier: Apache-2.0
//
// The page in a real Chromium, before a real guard:
//
//   LOSTLETTER_URL=http://127.0.0.1:8025/ NODE_ROOT=build/web/ \
//     node --test tests/web/console_test.mjs
//
// tests/programs/console_test.py starts both. Every test ends with the same
// claims: nothing ran that is not ours, nothing complained, nothing was asked
// of another origin.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {after, before, test} from 'node:test';

const {chromium} = createRequire(process.env.NODE_ROOT)('playwright-core');
const URL_ = process.env.LOSTLETTER_URL;
const ORIGIN = new URL(URL_).origin;

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
      '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
});
after(async () => { await browser?.close(); });

// Runs `act` on a fresh page, then checks what holds for all of them.
// `expectTrouble`: the test breaks the network, so the console may say so.
async function onPage(act, {context: options = {}, expectTrouble = false} = {}) {
  const context = await browser.newContext(options);
  const asked = [], complaints = [];
  context.on('request', (request) => asked.push(request.url()));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error('violated: ' + event.violatedDirective);
    });
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push('dialog: ' + dialog.message());
    dialog.dismiss();
  });
  try {
    await page.goto(URL_);
    await act(page, context);
    if (!expectTrouble) assert.deepEqual(complaints, []);
    assert.deepEqual(asked.filter((url) => new URL(url).origin !== ORIGIN), []);
    assert.equal(page.url(), URL_, 'the address bar keeps nothing');
    const kept = await page.evaluate(() => localStorage.length +
        sessionStorage.length + document.cookie.length);
    assert.equal(kept, 0, 'nothing is stored');
  } finally {
    await context.close();
  }
}

const field = (page) => page.getByLabel('Address, or a list');
const results = (page) => page.locator('#results > li');
const status = (page) => page.locator('#status');

// Without the dots that stand where a character was lost.
async function addressIn(page, term) {
  const row = page.locator('#results .row', {hasText: term}).first();
  return row.locator('.address').evaluate((address) => {
    const copy = address.cloneNode(true);
    copy.querySelectorAll('.gap').forEach((gap) => gap.remove());
    return copy.textContent;
  });
}

async function checkText(page, text) {
  await field(page).fill(text);
  await page.getByRole('button', {name: 'Check'}).click();
}

test('typing general@army.ml is enough', () => onPage(async (page) => {
  await field(page).pressSequentially('general@army.ml', {delay: 15});
  await results(page).first().waitFor();
  assert.equal(await results(page).count(), 1);
  assert.equal(await page.locator('.badge').innerText(), 'Misdirected');
  assert.equal(await addressIn(page, 'You typed'), 'general@army.ml');
  assert.equal(await addressIn(page, 'Did you mean'), 'general@army.mil');
  assert.deepEqual(await page.locator('#results ins').allInnerTexts(), ['i']);
  assert.equal(await page.locator('#results del').count(), 0);
  assert.equal(await page.locator('.difference').innerText(),
               '\u201ci\u201d is missing.');
  assert.match(await page.locator('.likelihood').innerText(),
               /^(Almost certainly|Very likely) a mistake\s*(over )?9\d/);
  assert.match(await status(page).innerText(),
               /^Misdirected\. .* Did you mean general@army\.mil\?$/);
  assert.ok(await page.locator('.why li').count() >= 1);
  assert.ok(await page.locator('.fill.for').first().evaluate(
      (fill) => fill.getBoundingClientRect().width > 3));
  assert.match(await page.locator('.weight').first().innerText(), /^\+\d/);
}));

test('marks what is too much and what is swapped', () => onPage(
    async (page) => {
      await checkText(page, 'ann@gmial.com');
      await page.locator('#results del').waitFor();
      assert.equal(await page.locator('#results del').innerText(), 'ia');
      assert.equal(await page.locator('#results ins').innerText(), 'ai');
    }));

test('the example, and the copy button', () => onPage(async (page, context) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'],
                                 {origin: ORIGIN});
  await page.getByRole('button', {name: 'general@army.ml'}).click();
  await page.getByRole('button', {name: 'Copy general@army.mil'}).click();
  await page.locator('.quiet.done').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
               'general@army.mil');
  assert.equal(await status(page).innerText(), 'Copied.');
}));

test('copies without the clipboard interface too', () => onPage(
    async (page, context) => {
      await context.grantPermissions(['clipboard-read'], {origin: ORIGIN});
      await page.getByRole('button', {name: 'general@army.ml'}).click();
      await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new Error('no'));
      });
      await page.getByRole('button', {name: 'Copy general@army.mil'}).click();
      await page.locator('.quiet.done').waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
                   'general@army.mil');
    }));

test('a pasted list', () => onPage(async (page, context) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'],
                                 {origin: ORIGIN});
  await page.evaluate(() => navigator.clipboard.writeText(
      'general@army.ml\r\n\r\n  info@orange.ml\nann@gmial.com\nann@\n' +
      'general@army.ml'));
  await field(page).click();
  await page.keyboard.press('Control+V');
  await page.waitForFunction(
      () => document.querySelectorAll('#results > li').length === 5);
  assert.deepEqual(await results(page).evaluateAll(
      (items) => items.map((item) => item.dataset.verdict)),
                   ['misdirected', 'clear', 'misdirected', 'invalid',
                     'misdirected']);
  assert.equal(await page.locator('#tally-text').innerText(),
               '5 addresses: 3 misdirected, 1 invalid, 1 clear.');
  // Those that need a look are open, the others open on demand.
  const clear = results(page).nth(1);
  assert.equal(await clear.locator('.inside').count(), 0);
  await clear.locator('summary').click();
  await clear.locator('.inside').waitFor();
  await page.getByRole('button', {name: 'Copy corrected list'}).click();
  await page.locator('#copy-list.done').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
               'general@army.mil\ninfo@orange.ml\nann@gmail.com\nann@\n' +
               'general@army.mil');
}));

test('markup is text', () => onPage(async (page) => {
  const hostile = [
    '<img src=x onerror="window.ran=1">@army.ml',
    '<script>window.ran=1</script>',
    '"><svg onload=window.ran=1>@army.ml',
    'a@<b>army</b>.ml',
    'javascript:window.ran=1@army.ml',
    '{{constructor.constructor("window.ran=1")()}}@army.ml',
    '__proto__', 'constructor@army.ml', '\\u003cimg src=x\\u003e@army.ml',
    '</textarea><img src=x onerror=window.ran=1>',
  ];
  await checkText(page, hostile.join('\n'));
  await results(page).nth(hostile.length - 1).waitFor();
  for (const summary of await page.locator('summary').all()) {
    await summary.click();
  }
  const shown = await page.locator('summary > .address').allInnerTexts();
  assert.equal(shown.length, hostile.length);
  assert.ok(shown[0].startsWith('<img'), shown[0]);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.equal(await page.locator('main img, main script, main b').count(), 0);

  await checkText(page, '<img src=x onerror=alert(1)>');
  await page.locator('article.card').waitFor();
  assert.equal(await page.locator('main img').count(), 0);
}));

test('what is invisible is shown', () => onPage(async (page) => {
  await checkText(page, 'ann\u202e@ar\u200bmy.mil');
  await results(page).first().waitFor();
  assert.deepEqual(
      await page.locator('.pair .hidden-character').evaluateAll(
          (chips) => chips.slice(0, 2).map((chip) => [chip.textContent,
                                                      chip.title])),
      [['U+202E', 'right-to-left override'],
        ['U+200B', 'zero width space']]);
  // No override reaches the page's own text.
  assert.doesNotMatch(await page.locator('#results').innerText(), /\u202e/);
}));

test('keyboard alone', () => onPage(async (page) => {
  // The field has the focus from the start.
  await page.keyboard.type('general@army.ml');
  await page.keyboard.press('Enter');
  await results(page).first().waitFor();
  assert.equal(await field(page).inputValue(), 'general@army.ml',
               'Enter checks and adds no line');
  const walked = [];
  for (let i = 0; i < 4; ++i) {
    await page.keyboard.press('Tab');
    walked.push(await page.evaluate(
        () => document.activeElement.textContent.trim()));
    const outline = await page.evaluate(
        () => parseFloat(getComputedStyle(document.activeElement).outlineWidth));
    assert.ok(outline >= 2, 'the focus can be seen');
  }
  assert.deepEqual(walked, ['Check', 'general@army.ml', 'a list of four',
                            'Copy general@army.mil']);
  // A list: Shift + Enter begins it, Control + Enter checks it.
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('info@orange.ml');
  await page.keyboard.press('Control+Enter');
  await results(page).nth(1).waitFor();
  assert.equal(await page.locator('details').nth(1).evaluate(
      (details) => details.open), false);
  await page.locator('summary').nth(1).focus();
  await page.keyboard.press('Space');
  assert.equal(await page.locator('details').nth(1).evaluate(
      (details) => details.open), true);
}));

test('a name being typed is not judged', () => onPage(async (page) => {
  await field(page).pressSequentially('general@ar', {delay: 10});
  await page.waitForTimeout(700);
  assert.equal(await results(page).count(), 0);
  await page.keyboard.press('Enter');
  await results(page).first().waitFor();
  await field(page).fill('');
  await results(page).first().waitFor({state: 'detached'});
}));

test('an answer that comes late does not overwrite a later one', () => onPage(
    async (page) => {
      let release;
      const late = new Promise((resolve) => { release = resolve; });
      await page.route('**/api/v1/check', async (route) => {
        if (route.request().postData().includes('first')) await late;
        await route.continue().catch(() => {});
      });
      await checkText(page, 'first@army.ml');
      await checkText(page, 'second@army.ml');
      await results(page).first().waitFor();
      release();
      await page.waitForTimeout(300);
      assert.equal(await addressIn(page, 'You typed'), 'second@army.ml');
    }));

test('says so when the guard does not answer', () => onPage(async (page) => {
  await page.route('**/api/v1/check', (route) => route.abort());
  await checkText(page, 'general@army.ml');
  const trouble = page.getByRole('alert');
  await trouble.waitFor();
  assert.match(await trouble.innerText(), /^The guard does not answer/);
  // And recovers by itself.
  await page.unroute('**/api/v1/check');
  await page.getByRole('button', {name: 'Check'}).click();
  await results(page).first().waitFor();
  assert.ok(await trouble.isHidden());
}, {expectTrouble: true}));

test('a thousand lines, and one more', () => onPage(async (page) => {
  await checkText(page, Array(1000).fill('general@army.ml').join('\n'));
  await page.waitForFunction(
      () => document.querySelectorAll('#results > li').length === 1000);
  assert.equal(await page.locator('#tally-text').innerText(),
               '1000 addresses: 1000 misdirected.');
  await checkText(page, Array(1001).fill('general@army.ml').join('\n'));
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(),
               /^1001 addresses are too many at once; at most 1000/);
}));

test('a phone', () => onPage(async (page) => {
  const fits = () => page.evaluate(() =>
      document.documentElement.scrollWidth <= window.innerWidth);
  assert.ok(await fits());
  await checkText(page, 'general.of.the.whole.army@us.army.ml');
  await results(page).first().waitFor();
  assert.ok(await fits(), 'one verdict');
  await checkText(page, 'x'.repeat(64) + '@army.ml\ninfo@orange.ml\n' +
                        'a@' + 'b'.repeat(60) + '.' + 'c'.repeat(60) + '.ml');
  await results(page).nth(2).waitFor();
  for (const summary of await page.locator('summary').all()) {
    await summary.click();
  }
  assert.ok(await fits(), 'long names in a list');
  const button = await page.getByRole('button', {name: 'Check'}).boundingBox();
  assert.ok(button.height >= 40 && button.width >= 40, 'a thumb can hit it');
}, {context: {viewport: {width: 360, height: 640}, hasTouch: true,
              isMobile: true}}));

// WCAG 2 relative luminance and contrast of every text that can be seen.
function poorContrast() {
  const parse = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((channel) => {
    const part = channel / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color[3] === undefined || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const box = element.getBoundingClientRect();
    if (!walker.currentNode.textContent.trim() || box.width < 2) continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)),
                    luminance(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) {
      poor.push(`${element.className} "${walker.currentNode.textContent}" ` +
                contrast.toFixed(2));
    }
  }
  return poor;
}

for (const colorScheme of ['light', 'dark']) {
  test(`text can be read, ${colorScheme}`, () => onPage(async (page) => {
    await checkText(page, 'general@army.ml\ninfo@orange.ml\nann@\n' +
                          'bob@unseen-name.ml\nann@gmial.com');
    await results(page).nth(4).waitFor();
    assert.deepEqual(await page.evaluate(poorContrast), []);
    const paper = await page.evaluate(
        () => getComputedStyle(document.body).backgroundColor);
    const bright = Number(paper.match(/\d+/)[0]) > 128;
    assert.equal(bright, colorScheme === 'light');
  }, {context: {colorScheme, reducedMotion: 'reduce'}}));
}
