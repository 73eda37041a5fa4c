// SPDX-License-Identifier: Apache-2.0
//
// Reads what engine_module.cc writes. Runs wherever WebAssembly does: the
// embedder brings the module's bytes.
//
//   const engine = await openEngine(bytes);
//   engine.judge('army.ml').intended[0].name   // 'army.mil'

const text = { encoder: new TextEncoder(), decoder: new TextDecoder() };

const SECTIONS = ['icann', 'private', 'unlisted'];

// Values one behind the other, from a place in a buffer on.
export class Reader {
  #view;
  #at;

  constructor(buffer, at) {
    this.#view = new DataView(buffer);
    this.#at = at;
  }

  #skip(size) {
    const at = this.#at;
    this.#at += size;
    return at;
  }

  get at() { return this.#at; }
  byte() { return this.#view.getUint8(this.#skip(1)); }
  count() { return this.#view.getUint32(this.#skip(4), true); }
  number() { return this.#view.getFloat64(this.#skip(8), true); }
  text() {
    const size = this.count();
    const at = this.#skip(size);
    return text.decoder.decode(new Uint8Array(this.#view.buffer, at, size));
  }
  list(read) { return Array.from({ length: this.count() }, read); }
}

// answer.h has them: the order of the fields below is the order in which they are read.
export function readJudgement(from) {
  const probability = from.number();
  const flags = from.byte();
  return {
    probability,
    known: (flags & 1) !== 0,
    possible: (flags & 2) !== 0,
    tied: (flags & 4) !== 0,
    intended: from.list(() => ({
      name: from.text(), probability: from.number(), edit: from.text(),
    })),
    findings: from.list(() => ({
      id: from.text(), logOdds: from.number(), text: from.text(),
    })),
  };
}

export function readName(from) {
  if (from.byte() === 0) return { error: from.text() };
  const name = {
    ascii: from.text(), unicode: from.text(), suffix: from.text(),
    registrable: from.text(), skeleton: from.text(),
  };
  name.section = SECTIONS[from.byte()];
  const flags = from.byte();
  name.mixedScript = (flags & 1) !== 0;
  name.wholeScriptConfusable = (flags & 2) !== 0;
  return name;
}

export async function openEngine(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const wasm = instance.exports;
  wasm._initialize();

  // Calls ask(address, size) with the bytes of `question` in memory. A string,
  // or bytes where it need not be text.
  const asking = (question, ask) => {
    const sent = typeof question === 'string'
      ? text.encoder.encode(question) : question;
    const at = wasm.allocate(sent.length);
    new Uint8Array(wasm.memory.buffer, at, sent.length).set(sent);
    try {
      return ask(at, sent.length);
    } finally {
      wasm.release(at);
    }
  };
  const reader = (at) => new Reader(wasm.memory.buffer, at);

  return {
    // What stands behind the '@', as typed. `leaveOut`: as if it were unknown.
    judge: (typed, { leaveOut = false } = {}) => asking(typed, (at, size) =>
      readJudgement(reader(wasm.judge(at, size, leaveOut ? 1 : 0)))),
    // A domain name as typed: its forms and parts, or { error }.
    readName: (typed) => asking(typed, (at, size) =>
      readName(reader(wasm.read_name(at, size)))),
    // The names one writes to, instead of those told before.
    correspondWith: (names) => asking(names.join('\n'), (at, size) =>
      wasm.correspond_with(at, size)),
    knownNames: () => wasm.known_names(),
  };
}
