// SPDX-License-Identifier: Apache-2.0
//
// The engine as a module for browsers and node: no files, no clock, nothing
// imported. engine.mjs beside this file is the other half of the contract.
//
// Every question is text in UTF-8 in memory that allocate() gave. Its answer
// lies at the address returned until the next question is asked (answer.h).
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "domain/name.h"
#include "lookalike/engine.h"
#include "programs/wasm/answer.h"

#ifdef __wasm__
#define EXPORT(name) extern "C" __attribute__((export_name(name)))
#else  // for tools that look at sources
#define EXPORT(name) extern "C"
#endif

// A bug, or memory at its end: the module traps, its embedder sees it. The
// library's own ways to stop would bring printf with them.
void* operator new(std::size_t size) {
  void* memory = std::malloc(size > 0 ? size : 1);
  if (memory == nullptr) __builtin_trap();
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size > 0 ? size : 1);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

#ifdef _LIBCPP_VERSION
namespace std::inline _LIBCPP_ABI_NAMESPACE {
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) { __builtin_trap(); }
}  // namespace std::inline _LIBCPP_ABI_NAMESPACE
#endif

namespace {

namespace domain = lostletter::domain;
namespace lookalike = lostletter::lookalike;
using lostletter::split;
using lostletter::trim;
using lostletter::wasm::Answer;

Answer& answer() {
  static Answer only;
  only.clear();
  return only;
}

lookalike::Engine make_engine(std::shared_ptr<const lookalike::Index> own) {
  std::vector<std::shared_ptr<const lookalike::Index>> layers = {
      lookalike::built_in_index()};
  if (own) layers.push_back(std::move(own));
  return {std::move(layers), lookalike::built_in_options()};
}

lookalike::Engine& engine() {
  static lookalike::Engine only = make_engine(nullptr);
  return only;
}

}  // namespace

EXPORT("allocate") void* allocate(std::size_t size) {
  return ::operator new(size);
}
EXPORT("release") void release(void* memory) { ::operator delete(memory); }

// What stands behind the '@' -> Judgement.
EXPORT("judge")
const char* judge(const char* text, std::size_t size, int leave_out) {
  using enum lookalike::Engine::Self;
  Answer& to = answer();
  to.put(engine().judge({text, size}, leave_out != 0 ? kLeaveOut : kKnown));
  return to.data();
}

// A name as typed -> its forms and parts, or what is wrong with it.
EXPORT("read_name") const char* read_name(const char* text, std::size_t size) {
  Answer& to = answer();
  to.put(domain::Name::parse({text, size}));
  return to.data();
}

// The names one corresponds with, one a line, in place of those told before;
// returns how many names the engine knows then.
EXPORT("correspond_with")
std::size_t correspond_with(const char* text, std::size_t size) {
  std::vector<lookalike::KnownName> names;
  for (const auto line : split({text, size}, '\n')) {
    const auto name = domain::Name::parse(trim(line));
    if (name) names.push_back({name->ascii(), lookalike::Source::kKnown, 1});
  }
  engine() = make_engine(
      std::make_shared<const lookalike::Index>(lookalike::Index::build(names)));
  return engine().size();
}

EXPORT("known_names") std::size_t known_names() { return engine().size(); }
