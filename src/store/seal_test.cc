// SPDX-License-Identifier: Apache-2.0
#include "store/seal.h"

#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "base/file.h"
#include "store/held_contract_test.h"
#include "store/temporary_test.h"

namespace lostletter::store {
namespace {

namespace fs = std::filesystem;

SealKeys some_keys(int many = 1) {
  SealKeys keys;
  for (int i = 0; i < many; ++i) keys.add(new_seal_key());
  return keys;
}

std::string letter_of(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) {
    text[i] = static_cast<char>((i * 2654435761U) >> 11U);
  }
  return text;
}

std::string open_trouble(const SealKeys& keys, const SealedContent& sealed,
                         std::string_view code) {
  const auto clear = unseal(keys, sealed, code);
  return clear ? "none" : clear.error().message;
}

TEST(Seal, ComesBackWhateverItsSize) {
  const SealKeys keys = some_keys(3);
  for (const std::size_t size :
       {0, 1, 65535, 65536, 65537, 131071, 131072, 131073, 1000000}) {
    const std::string clear = letter_of(size);
    const SealedContent sealed = seal(keys, "code1", clear);
    EXPECT_EQ(sealed.key, keys.newest().name);
    const auto opened = unseal(keys, sealed, "code1");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_TRUE(*opened == clear) << size;
    if (size > 10) {
      EXPECT_FALSE(sealed.bytes.contains(clear.substr(0, 10)));
    }
    EXPECT_NE(seal(keys, "code1", clear).bytes, sealed.bytes);  // never twice
  }
}

TEST(Seal, InAnyPortions) {
  const SealKeys keys = some_keys();
  const std::string clear = letter_of(300000);
  for (const std::size_t portion : {1000U, 65536U, 65537U, 200000U}) {
    Sealer sealer(keys, "code1");
    for (std::size_t at = 0; at < clear.size(); at += portion) {
      sealer.add(std::string_view(clear).substr(at, portion));
      sealer.add("");
    }
    EXPECT_EQ(sealer.size(), clear.size());
    EXPECT_TRUE(unseal(keys, sealer.finish(), "code1") == clear) << portion;
  }
}

TEST(Seal, OpensOnlyAsItWasSealed) {
  const SealKeys keys = some_keys(2);
  const SealedContent sealed = seal(keys, "code1", letter_of(200000));
  const std::string no =
      "content of code1: does not open: changed, truncated, or of another "
      "letter";
  EXPECT_EQ(open_trouble(keys, sealed, "code1"), "none");
  EXPECT_EQ(open_trouble(keys, sealed, "code2"),
            "content of code2: does not open: changed, truncated, or of "
            "another letter");
  EXPECT_EQ(open_trouble(some_keys(), sealed, "code1"),
            "content of code1: sealed with key " + sealed.key +
                ", which the key file does not have: restore that key");
  // Another key of the file under its name.
  SealKeys wrong;
  wrong.add(new_seal_key());
  SealKey forged = new_seal_key();
  forged.name = sealed.key;
  wrong.add(forged);
  EXPECT_EQ(open_trouble(wrong, sealed, "code1"), no);

  constexpr std::size_t kPiece = 65536 + 17;
  const auto with = [&](const std::function<void(std::string&)>& change) {
    SealedContent changed = sealed;
    change(changed.bytes);
    return open_trouble(keys, changed, "code1");
  };
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{23}, std::size_t{24}, std::size_t{100},
        24 + kPiece, sealed.bytes.size() - 1}) {
    EXPECT_EQ(with([&](auto& bytes) { bytes[at] ^= 1; }), no) << at;
  }
  EXPECT_EQ(with([](auto& bytes) { bytes.pop_back(); }), no);
  EXPECT_EQ(with([](auto& bytes) { bytes += 'x'; }), no);
  EXPECT_EQ(with([](auto& bytes) { bytes += std::string(kPiece, 'x'); }), no);
  // Whole pieces: the last, a middle one, two of them swapped.
  EXPECT_EQ(with([](auto& bytes) { bytes.resize(24 + 3 * kPiece); }),
            "content of code1: truncated");
  EXPECT_EQ(with([](auto& bytes) { bytes.erase(24 + kPiece, kPiece); }), no);
  EXPECT_EQ(with([](auto& bytes) {
              const std::string first = bytes.substr(24, kPiece);
              bytes.replace(24, kPiece, bytes.substr(24 + kPiece, kPiece));
              bytes.replace(24 + kPiece, kPiece, first);
            }),
            no);
  EXPECT_EQ(with([](auto& bytes) { bytes.resize(24); }),
            "content of code1: truncated");
  EXPECT_EQ(with([](auto& bytes) { bytes.clear(); }),
            "content of code1: truncated");
}

TEST(SealKeys, Parse) {
  const std::string hex(64, 'a');
  struct Case {
    std::string text;
    std::string trouble;
  };
  const Case cases[] = {
      {"lostletter-keys 1\nk1 " + hex + "\n", "none"},
      {"lostletter-keys 1\r\n# old\r\n\r\nk1 " + hex + "\r\nk2   " + hex,
       "none"},
      {"", "line 1: it does not begin with 'lostletter-keys 1'"},
      {"lostletter-keys 2\n",
       "line 1: it does not begin with "
       "'lostletter-keys 1'"},
      {"lostletter-keys 1\n", "there is no key in it"},
      {"lostletter-keys 1\nk1 " + hex + "\nk1 " + hex,
       "line 3: key k1 is there twice"},
      {"lostletter-keys 1\nk1\n",
       "line 2: key k1 is not 64 hexadecimal "
       "digits"},
      {"lostletter-keys 1\nk1 " + hex.substr(1),
       "line 2: key k1 is not 64 hexadecimal digits"},
      {"lostletter-keys 1\nk1 " + hex + "aa",
       "line 2: key k1 is not 64 hexadecimal digits"},
      {"lostletter-keys 1\nk1 g" + hex.substr(1),
       "line 2: key k1 is not 64 hexadecimal digits"},
      {"lostletter-keys 1\nK1 " + hex,
       "line 2: a key begins with a name of at most 32 small letters and "
       "digits"},
      {"lostletter-keys 1\n" + std::string(33, 'k') + " " + hex,
       "line 2: a key begins with a name of at most 32 small letters and "
       "digits"},
  };
  for (const Case& one : cases) {
    const auto keys = SealKeys::parse(one.text);
    EXPECT_EQ(keys ? "none" : keys.error().message, one.trouble) << one.text;
    if (keys) {
      EXPECT_EQ(SealKeys::parse(keys->to_text())->to_text(), keys->to_text());
    }
  }
}

class KeyFileTest : public testing::Test {
 protected:
  std::string path() const { return directory_.path() + "/held.keys"; }
  std::string trouble() {
    const auto keys = KeyFile(path()).keys();
    return keys ? "none" : keys.error().message;
  }
  std::string named(const std::string& rest) const {
    return "key file " + path() + rest;
  }
  TemporaryDirectory directory_;
};

TEST_F(KeyFileTest, MadeOnFirstUseForUsAlone) {
  const auto keys = KeyFile(path()).keys();
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_EQ((*keys)->size(), 1U);
  struct stat status = {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_EQ((*KeyFile(path()).keys())->to_text(), (*keys)->to_text());
}

// Whoever is second uses what the first one made, or loses letters.
TEST_F(KeyFileTest, ManyAtOnceMakeOne) {
  for (int round = 0; round < 20; ++round) {
    fs::remove(path());
    std::vector<std::string> names(8);
    std::vector<std::thread> threads;
    for (auto& name : names) {
      threads.emplace_back([&] {
        const auto keys = KeyFile(path()).keys();
        name = keys ? (*keys)->newest().name : keys.error().message;
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(std::set(names.begin(), names.end()).size(), 1U) << names[0];
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), {}), 1);
}

TEST_F(KeyFileTest, AnAddedKeySealsAndIsSeenByOthers) {
  KeyFile ours(path());
  KeyFile theirs(path());
  const auto before = *theirs.keys();
  const SealedContent old = seal(*before, "code1", "Dear General");
  const auto name = ours.add_key();
  ASSERT_TRUE(name) << name.error().message;
  const auto after = *theirs.keys();  // without being told
  EXPECT_EQ(after->size(), 2U);
  EXPECT_EQ(after->newest().name, *name);
  EXPECT_NE(*name, old.key);
  EXPECT_EQ(unseal(*after, old, "code1"), "Dear General");
  const SealedContent anew = seal(*after, "code1", "Dear General");
  EXPECT_EQ(anew.key, *name);
  EXPECT_EQ(open_trouble(*before, anew, "code1"),
            "content of code1: sealed with key " + *name +
                ", which the key file does not have: restore that key");
  EXPECT_EQ(*theirs.keys(), after);  // read once
}

TEST_F(KeyFileTest, WhatCanBeWrongWithIt) {
  ASSERT_TRUE(KeyFile(path()).keys());
  const std::string text = *read_file(path());
  fs::permissions(path(), fs::perms(0640));
  EXPECT_EQ(trouble(),
            named(" may be read by others (mode 0640): chmod 600 " + path()));
  ASSERT_TRUE(write_file(path(), text.substr(0, text.size() - 10)));
  EXPECT_THAT(trouble(),
              testing::MatchesRegex(
                  "key file .*: line 3: key [a-z0-9]+ is not 64 hexadecimal "
                  "digits; restore a copy: what it sealed cannot be read "
                  "without it"));
  EXPECT_FALSE(trouble().contains(text.substr(text.size() - 40, 20)));
  ASSERT_TRUE(write_file(path(), ""));
  EXPECT_EQ(trouble(),
            named(": line 1: it does not begin with 'lostletter-keys 1'; "
                  "restore a copy: what it sealed cannot be read without it"));
  fs::remove(path());
  fs::create_directory(path());
  EXPECT_EQ(trouble(), named(" is not a file"));
  EXPECT_THAT(
      KeyFile(directory_.path() + "/none/held.keys").keys().error().message,
      testing::EndsWith("No such file or directory"));
}

TEST_F(KeyFileTest, AFileThatVanishesIsNotMadeAnew) {
  KeyFile file(path());
  ASSERT_TRUE(file.keys());
  fs::remove(path());
  EXPECT_EQ(file.keys().error().message,
            named(" is gone: restore a copy, what it sealed cannot be read "
                  "without it"));
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(KeyFileTest, ContentsAreSealedAnew) {
  const auto store = open_sqlite(directory_.path());
  ASSERT_TRUE(store) << store.error().message;
  HeldLetters& held = (*store)->held();
  KeyFile file(path());
  const auto before = *file.keys();
  std::map<std::string, std::string> letters;
  for (int i = 0; i < 5; ++i) {
    const std::string code = "code" + std::to_string(i);
    letters[code] = letter_of(static_cast<std::size_t>(i) * 70000);
    held.expect(held_letter(code));
    Arrival it = arrival(code);
    it.content = seal(*before, code, letters[code]);
    // One whose content belongs to another letter.
    if (i == 3) it.content = seal(*before, "code0", letters[code]);
    held.arrive(it, kNoon);
  }
  ASSERT_TRUE(file.add_key());
  const auto keys = *file.keys();
  std::size_t told = 0;
  const Resealed resealed =
      reseal_all(held, *keys, kNoon, [&](std::size_t done) { told = done; });
  EXPECT_EQ(resealed.done, 4U);
  EXPECT_EQ(told, 4U);
  EXPECT_EQ(resealed.gone, 0U);
  ASSERT_EQ(resealed.failed.size(), 1U);
  EXPECT_EQ(resealed.failed[0].message,
            "content of code3: does not open: changed, truncated, or of "
            "another letter");
  EXPECT_THAT(held.sealed_otherwise(keys->newest().name, 10),
              testing::ElementsAre("code3"));
  for (const auto& [code, clear] : letters) {
    if (code == "code3") continue;
    const auto content = held.held_content(code);
    EXPECT_EQ(content->key, keys->newest().name);
    EXPECT_TRUE(unseal(*keys, *content, code) == clear) << code;
  }
  EXPECT_EQ(reseal_all(held, *keys, kNoon).done, 0U);
}

}  // namespace
}  // namespace lostletter::store
