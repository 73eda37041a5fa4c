// SPDX-License-Identifier: Apache-2.0
//
// A report of `lostletter scan --html` in a real Chromium:
//
//   REPORT=report.html NODE_ROOT=build/web/ node --test tests/web/report_test.mjs
//
// tests/programs/report_test.py makes one, with hostile addresses in it, and
// starts this. SCREENSHOTS=FOLDER keeps pictures.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {after, before, test} from 'node:test';
import {pathToFileURL} from 'node:url';

const {chromium} = createRequire(process.env.NODE_ROOT)('playwright-core');
const URL_ = pathToFileURL(process.env.REPORT).href;
const WIDE = {width: 1280, height: 900};

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

// Whatever is done: nothing complained, nothing else was asked for.
async function onPage(act, options = {}) {
  const context = await browser.newContext({viewport: WIDE, ...options});
  const asked = [], complaints = [];
  context.on('request', (request) => asked.push(request.url()));
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push('dialog: ' + dialog.message());
    dialog.dismiss();
  });
  try {
    await page.goto(URL_);
    await act(page);
    assert.deepEqual(complaints, []);
    assert.deepEqual(asked, [URL_]);
  } finally {
    await context.close();
  }
}

async function keep(page, name) {
  if (!process.env.SCREENSHOTS) return;
  await page.screenshot({path: `${process.env.SCREENSHOTS}/${name}.png`,
    fullPage: name.includes('whole'), timeout: 120_000});
}

// [text, contrast] of what is read less well than 4.5 to 1.
const faint = (page) => page.evaluate(() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return {r, g, b, a};
  };
  const light = ({r, g, b}) => {
    const part = (value) => {
      const v = value / 255;
      return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    };
    return .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.a === 1) return colour;
    }
    return {r: 255, g: 255, b: 255};
  };
  const found = [];
  document.querySelectorAll('details').forEach((one) => { one.open = true; });
  for (const element of document.querySelectorAll('body *')) {
    const has = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!has || element.tagName === 'title') continue;
    const style = getComputedStyle(element);
    const ink = parse(element instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink), light(ground(element))].sort((x, y) => y - x);
    const contrast = (a + .05) / (b + .05);
    if (contrast < 4.5) found.push([element.textContent.slice(0, 40), contrast]);
  }
  return found;
});

test('the first screen answers', () => onPage(async (page) => {
  await keep(page, 'report-light');
  await keep(page, 'report-whole');
  const shown = await page.evaluate(() => [...document.querySelectorAll(
      'h1, .answers dt, .answers dd, .steps li')].map((element) =>
      element.getBoundingClientRect().bottom));
  assert.ok(shown.length > 10);
  assert.ok(Math.max(...shown) <= 900, 'within 900 pixels');
  assert.match(await page.locator('h1').innerText(), /letters? went to wrong names/);
  assert.deepEqual((await page.locator('.answers dt').allInnerTexts()).slice(0, 3),
      ['How much?', 'Since when?', 'Still going on?']);
  assert.equal(await page.locator('.steps > li').count(), 5);
}));

test('hostile addresses are text', () => onPage(async (page) => {
  assert.equal(await page.locator('script, img, iframe, object, link, b').count(), 0);
  assert.ok((await page.locator('body').innerText()).includes('<script>alert(1)</script>'));
  assert.equal(await page.evaluate(() => window.hacked), undefined);
}));

test('landmarks, headings and names', () => onPage(async (page) => {
  for (const [role, count] of [['main', 1], ['banner', 1], ['contentinfo', 1],
    ['navigation', 1]]) {
    assert.equal(await page.getByRole(role).count(), count, role);
  }
  assert.equal(await page.locator('html[lang=en]').count(), 1);
  // No level is left out on the way down.
  const levels = await page.locator('h1, h2, h3, h4').evaluateAll(
      (all) => all.map((one) => Number(one.tagName[1])));
  levels.reduce((before, level) => {
    assert.ok(level <= before + 1, `h${level} after h${before}`);
    return level;
  }, 0);
  // Every chart is an image with a name, and its figures are a table.
  const charts = page.locator('figure');
  assert.ok(await charts.count() >= 3);
  for (const chart of await charts.all()) {
    assert.ok(await chart.getByRole('img').getAttribute('aria-label'));
    assert.equal(await chart.locator('details table caption').count(), 1);
  }
  for (const link of await page.locator('nav a').all()) {
    const to = await link.getAttribute('href');
    assert.equal(await page.locator(to).count(), 1, to);
  }
  const ids = await page.locator('[id]').evaluateAll((all) => all.map((one) => one.id));
  assert.equal(new Set(ids).size, ids.length);
}));

for (const colorScheme of ['light', 'dark']) {
  test(`text can be read: ${colorScheme}`, () => onPage(async (page) => {
    await keep(page, `report-${colorScheme}`);
    assert.deepEqual(await faint(page), []);
  }, {colorScheme}));
}

test('by the keyboard', () => onPage(async (page) => {
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'A');
  const summary = page.locator('figure summary').first();
  await summary.focus();
  await page.keyboard.press('Enter');
  assert.ok(await page.locator('figure details table').first().isVisible());
}));

test('nothing moves for those who do not want it', () => onPage(async (page) => {
  assert.equal(await page.evaluate(
      () => getComputedStyle(document.documentElement).scrollBehavior), 'auto');
  assert.equal(await page.locator('.cell').first().evaluate(
      (one) => getComputedStyle(one).transitionDuration), '0s');
}, {reducedMotion: 'reduce'}));

test('on a telephone nothing sticks out', () => onPage(async (page) => {
  await keep(page, 'report-narrow');
  const [wide, room] = await page.evaluate(
      () => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= room, `${wide} of ${room}`);
}, {viewport: {width: 360, height: 740}}));

test('on paper, with the figures behind the charts', () => onPage(async (page) => {
  await page.emulateMedia({media: 'print'});
  const hidden = await page.locator('figure details .wide').evaluateAll(
      (all) => all.filter((one) => one.getBoundingClientRect().height === 0).length);
  assert.equal(hidden, 0);
  assert.equal(await page.getByRole('navigation').isVisible(), false);
  const paper = await page.pdf({format: 'A4'});
  assert.ok(paper.length > 10_000);
  if (process.env.SCREENSHOTS) {
    const {writeFileSync} = await import('node:fs');
    writeFileSync(`${process.env.SCREENSHOTS}/report.pdf`, paper);
  }
}));
