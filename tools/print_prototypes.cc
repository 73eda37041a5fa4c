// SPDX-License-Identifier: Apache-2.0
//
// Prints what ICU holds to be each character's prototype (UTS 39, confusables):
// one line "0430 0061" a character that is not its own. Runs at build time, on
// the machine that builds; why it exists: docs/decisions/0001-unicode-tables.md
#include <cstdio>
#include <cstdlib>

#include <unicode/normalizer2.h>
#include <unicode/uspoof.h>

namespace {

void stop_on(UErrorCode status) {
  if (U_SUCCESS(status)) return;
  std::fprintf(stderr, "print_prototypes: ICU says %s\n", u_errorName(status));
  std::exit(1);
}

}  // namespace

int main() {
  UErrorCode status = U_ZERO_ERROR;
  USpoofChecker* checker = uspoof_open(&status);
  const auto* nfd = icu::Normalizer2::getNFDInstance(status);
  stop_on(status);
  for (UChar32 c = 0; c <= 0x10FFFF; ++c) {
    // A skeleton begins with NFD: only characters that survive it are asked
    // for. The prototype is printed in NFD, with which a skeleton ends.
    icu::UnicodeString decomposition;
    if (U_IS_SURROGATE(c) || nfd->getDecomposition(c, decomposition)) continue;
    icu::UnicodeString prototype;
    uspoof_getSkeletonUnicodeString(checker, 0, icu::UnicodeString(c),
                                    prototype, &status);
    stop_on(status);
    if (prototype == icu::UnicodeString(c)) continue;
    std::printf("%04X", static_cast<unsigned>(c));
    for (int32_t i = 0; i < prototype.length();
         i = prototype.moveIndex32(i, 1)) {
      std::printf(" %04X", static_cast<unsigned>(prototype.char32At(i)));
    }
    std::printf("\n");
  }
  uspoof_close(checker);
}
