// SPDX-License-Identifier: Apache-2.0
#include "store/seal.h"

#include <set>

#include <fmt/format.h>
#include <sodium.h>

#include "base/text.h"

namespace lostletter::store {
namespace {

constexpr std::size_t kClear = std::size_t{64} << 10U;  // a piece
constexpr std::size_t kMore = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t kHeader =
    crypto_secretstream_xchacha20poly1305_HEADERBYTES;
static_assert(crypto_secretstream_xchacha20poly1305_KEYBYTES ==
              sizeof(SealKey::bytes));

using State = crypto_secretstream_xchacha20poly1305_state;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// What every piece is bound to. Neither part has a colon in it.
std::string bound_to(std::string_view key, std::string_view code) {
  return fmt::format("lostletter held 1:{}:{}", key, code);
}

}  // namespace

struct Sealer::Impl {
  State state{};
  std::string bound;
  std::string waiting;  // less than a piece, or the last one
  SealedContent sealed;
  std::uint64_t size = 0;

  ~Impl() { sodium_memzero(&state, sizeof state); }

  void push(std::string_view clear, unsigned char tag) {
    const std::size_t before = sealed.bytes.size();
    sealed.bytes.resize(before + clear.size() + kMore);
    crypto_secretstream_xchacha20poly1305_push(
        &state, bytes_of(sealed.bytes) + before, nullptr, bytes_of(clear),
        clear.size(), bytes_of(bound), bound.size(), tag);
  }
};

Sealer::Sealer(const SealKeys& keys, std::string_view code)
    : impl_(std::make_unique<Impl>()) {
  const SealKey& key = keys.newest();
  impl_->sealed.key = key.name;
  impl_->bound = bound_to(key.name, code);
  impl_->sealed.bytes.resize(kHeader);
  crypto_secretstream_xchacha20poly1305_init_push(
      &impl_->state, bytes_of(impl_->sealed.bytes), key.bytes.data());
}

Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;
Sealer::~Sealer() = default;

void Sealer::add(std::string_view clear) {
  impl_->size += clear.size();
  while (!clear.empty()) {
    // Only when more follows is a full piece not the last one.
    if (impl_->waiting.size() == kClear) {
      impl_->push(impl_->waiting, 0);
      impl_->waiting.clear();
    }
    const auto part = clear.substr(0, kClear - impl_->waiting.size());
    impl_->waiting += part;
    clear.remove_prefix(part.size());
  }
}

SealedContent Sealer::finish() {
  impl_->push(impl_->waiting, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
  impl_->waiting.clear();
  return std::move(impl_->sealed);
}

std::uint64_t Sealer::size() const { return impl_->size; }

Result<void> unseal(const SealKeys& keys, const SealedContent& sealed,
                    std::string_view code,
                    const std::function<void(std::string_view)>& take) {
  const auto trouble = [code](std::string_view what) {
    return fail(fmt::format("content of {}: {}", printable(code), what));
  };
  const SealKey* key = keys.find(sealed.key);
  if (key == nullptr) {
    return trouble(
        fmt::format("sealed with key {}, which the key file does "
                    "not have: restore that key",
                    printable(sealed.key)));
  }
  std::string_view rest = sealed.bytes;
  if (rest.size() < kHeader + kMore) return trouble("truncated");
  State state;
  crypto_secretstream_xchacha20poly1305_init_pull(&state, bytes_of(rest),
                                                  key->bytes.data());
  rest.remove_prefix(kHeader);
  const std::string bound = bound_to(sealed.key, code);
  std::string clear;
  unsigned char tag = 0;
  while (!rest.empty()) {
    const auto piece = rest.substr(0, kClear + kMore);
    rest.remove_prefix(piece.size());
    if (piece.size() < kMore) return trouble("truncated");
    clear.resize(piece.size() - kMore);
    if (tag != 0 || crypto_secretstream_xchacha20poly1305_pull(
                        &state, bytes_of(clear), nullptr, &tag, bytes_of(piece),
                        piece.size(), bytes_of(bound), bound.size()) != 0) {
      return trouble("does not open: changed, truncated, or of another letter");
    }
    take(clear);
  }
  sodium_memzero(&state, sizeof state);
  if (tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
    return trouble("truncated");
  }
  return {};
}

SealedContent seal(const SealKeys& keys, std::string_view code,
                   std::string_view clear) {
  Sealer sealer(keys, code);
  sealer.add(clear);
  return sealer.finish();
}

Result<std::string> unseal(const SealKeys& keys, const SealedContent& sealed,
                           std::string_view code) {
  std::string clear;
  clear.reserve(sealed.bytes.size());
  const auto opened =
      unseal(keys, sealed, code, [&](std::string_view part) { clear += part; });
  if (!opened) return std::unexpected(opened.error());
  return clear;
}

namespace {

enum class Step { kDone, kGone };

Result<Step> reseal_one(HeldLetters& held, const SealKeys& keys,
                        const std::string& code, Seconds now) {
  const auto sealed = held.held_content(code);
  if (!sealed) return Step::kGone;
  Sealer sealer(keys, code);
  const auto opened = unseal(keys, *sealed, code,
                             [&](std::string_view part) { sealer.add(part); });
  if (!opened) return std::unexpected(opened.error());
  const bool done = held.reseal(code, sealed->key, sealer.finish(), now);
  return done ? Step::kDone : Step::kGone;
}

}  // namespace

Resealed reseal_all(HeldLetters& held, const SealKeys& keys, Seconds now,
                    const std::function<void(std::size_t done)>& progress) {
  constexpr std::size_t kAtOnce = 100;
  Resealed resealed;
  std::set<std::string> seen;  // those that failed are found again
  while (true) {
    const auto codes = held.sealed_otherwise(keys.newest().name,
                                             kAtOnce + resealed.failed.size());
    bool any = false;
    for (const std::string& code : codes) {
      if (!seen.insert(code).second) continue;
      any = true;
      const auto step = reseal_one(held, keys, code, now);
      if (!step) {
        resealed.failed.push_back(step.error());
      } else {
        ++(*step == Step::kDone ? resealed.done : resealed.gone);
      }
      if (progress) progress(resealed.done);
    }
    if (!any) return resealed;
  }
}

}  // namespace lostletter::store
