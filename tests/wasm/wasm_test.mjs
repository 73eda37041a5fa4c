// SPDX-License-Identifier: Apache-2.0
//
// The engine for wasm32 under node: the unit tests of domain and lookalike,
// then the module against the native engine on names made from the built-in
// ones, then its size. WASM is the folder it was built in, PRINT_ANSWERS the
// native program.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WASI } from 'node:wasi';
import { gzipSync } from 'node:zlib';

import {
  openEngine, readJudgement, readName, Reader,
} from '../../src/programs/wasm/engine.mjs';
import { makeNames } from './names.mjs';

const GOAL = 400_000; // bytes with gzip and 20,000 names (issue 3)
const GOAL_NAMES = 20_000;

const folder = process.env.WASM;
const file = (name) => readFileSync(join(folder, name));

// The program prints what GoogleTest prints; a failure names its test.
async function runUnitTests() {
  const wasi = new WASI({
    version: 'preview1', args: ['engine_tests', '--gtest_brief=1'], env: {},
    returnOnExit: true,
  });
  const module = await WebAssembly.compile(file('engine_tests.wasm'));
  const instance =
    await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
  assert.equal(wasi.start(instance), 0, 'unit tests failed under wasm32');
}

function builtInNames() {
  const data = new URL('../../data/', import.meta.url);
  return readdirSync(data).filter((name) => name.endsWith('.tsv'))
    .filter((name) => name !== 'suffixes.tsv')
    .flatMap((name) => readFileSync(new URL(name, data), 'utf8').split('\n'))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t')[0]);
}

// What the native engine says of each name.
function nativeAnswers(names) {
  const run = spawnSync(process.env.PRINT_ANSWERS, {
    input: Buffer.concat(names.flatMap((name) => [name, Buffer.from('\n')])),
    maxBuffer: 2 ** 28,
  });
  assert.equal(run.status, 0, `${run.error ?? ''}${run.stderr}`);
  const bytes = new Uint8Array(run.stdout);
  const reader = new Reader(bytes.buffer, 0);
  const answers = names.map(() => ({
    judged: readJudgement(reader), unknown: readJudgement(reader),
    name: readName(reader),
  }));
  return { answers, atEnd: reader.at === bytes.length };
}

// Numbers within 1e-9, as the two mathematics libraries round differently;
// everything else exactly.
function assertSame(got, want, where) {
  if (typeof want === 'number') {
    const most = 1e-9 * Math.max(1, Math.abs(want));
    assert.ok(Math.abs(got - want) <= most, `${where}: got ${got}, want ${want}`);
  } else if (want !== null && typeof want === 'object') {
    assert.deepEqual(Object.keys(got), Object.keys(want), where);
    for (const key of Object.keys(want)) {
      assertSame(got[key], want[key], `${where}.${key}`);
    }
  } else {
    assert.equal(got, want, where);
  }
}

function compareWithNative(engine) {
  const names = makeNames(builtInNames(), 12_000);
  const { answers, atEnd } = nativeAnswers(names);
  assert.ok(atEnd, 'the native program wrote more than it was asked');
  const seen = { resembling: 0, clear: 0, internationalised: 0, invalid: 0 };
  names.forEach((name, i) => {
    const want = answers[i];
    const got = {
      judged: engine.judge(name), unknown: engine.judge(name, { leaveOut: true }),
      name: engine.readName(name),
    };
    assertSame(got, want, JSON.stringify(name.toString('utf8')));
    seen.resembling += want.judged.intended.length > 0 ? 1 : 0;
    seen.clear += want.judged.probability === 0 ? 1 : 0;
    seen.internationalised += want.name.ascii?.includes('xn--') ? 1 : 0;
    seen.invalid += want.name.error === undefined ? 0 : 1;
  });
  for (const [kind, count] of Object.entries(seen)) {
    assert.ok(count >= 500, `only ${count} of the names are ${kind}`);
  }
  console.log(`same as the native engine on ${names.length} names:`,
    Object.entries(seen).map(([kind, n]) => `${n} ${kind}`).join(', '));
}

function compareCorrespondence(engine) {
  const before = engine.knownNames();
  assert.equal(engine.judge('clinic-laekside.com').probability < 0.5, true);
  assert.equal(engine.correspondWith(['clinic-lakeside.com', 'no name']),
    before + 1);
  const { intended, probability } = engine.judge('clinic-laekside.com');
  assert.equal(intended[0].name, 'clinic-lakeside.com');
  assert.ok(probability > 0.9, `probability ${probability}`);
  assert.equal(engine.judge('clinic-lakeside.com').known, true);
  assert.equal(engine.correspondWith([]), before);
}

const packed = (bytes) => gzipSync(bytes, { level: 9 }).length;

// The arrays that tools/pack_names wrote.
function packedNames() {
  const source = file('generated/lookalike/packed_names_data.cc').toString();
  const arrays = [...source.matchAll(/\[\] = \{([\d,\s]*)\}/g)];
  assert.equal(arrays.length, 2);
  return Buffer.from(arrays.flatMap(([, numbers]) =>
    numbers.split(',').filter((n) => n.trim() !== '').map(Number)));
}

function measure(bytes, names) {
  const size = packed(bytes);
  const perName = packed(packedNames()) / names;
  const grown = Math.ceil(size + perName * (GOAL_NAMES - names));
  const number = (n) => n.toLocaleString('en');
  console.log(`engine.wasm with ${number(names)} names: ` +
    `${number(bytes.length)} bytes, ${number(size)} with gzip`);
  console.log(`  at ${perName.toFixed(2)} bytes a name, with ` +
    `${number(GOAL_NAMES)} names: ${number(grown)} with gzip; ` +
    `goal: at most ${number(GOAL)}`);
  assert.ok(Math.max(size, grown) <= GOAL, 'engine.wasm is over its goal');
}

const bytes = file('engine.wasm');
assert.deepEqual(
  WebAssembly.Module.imports(new WebAssembly.Module(bytes)), [],
  'the module must not ask its embedder for anything');
const engine = await openEngine(bytes);
// Each part says what is wrong with it, whatever was wrong before.
for (const part of [
  runUnitTests,
  () => compareWithNative(engine),
  () => compareCorrespondence(engine),
  () => measure(bytes, engine.knownNames()),
]) {
  try {
    await part();
  } catch (error) {
    console.error(`FAILED: ${error.message}`);
    process.exitCode = 1;
  }
}
