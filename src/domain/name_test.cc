// SPDX-License-Identifier: Apache-2.0
//
// What people type, what attackers send, and what is just on either side of a
// limit. A new surprise is a new row.
#include "domain/name.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/text.h"

namespace lostletter::domain {
namespace {

using namespace std::string_view_literals;

struct Good {
  std::string_view text;
  std::string_view ascii;
  std::string_view unicode = ascii;
};

constexpr Good kGood[] = {
    {"army.mil", "army.mil"},
    {"Us.ARMY.Mil", "us.army.mil"},
    {"mil", "mil"},
    {"a", "a"},
    {"army.mil.", "army.mil"},  // the root
    {"a.b.c.d.e.f.g.h.i.j.k", "a.b.c.d.e.f.g.h.i.j.k"},
    {"123.example", "123.example"},
    {"1a", "1a"},
    {"0x7f.0x1", "0x7f.0x1"},  // RFC 3696 2 forbids decimal numbers only
    // Underscores anywhere, hyphens inside, also in third and fourth place.
    {"_dmarc.example", "_dmarc.example"},
    {"a_b.example", "a_b.example"},
    {"_", "_"},
    {"a-b.example", "a-b.example"},
    {"a--b.example", "a--b.example"},
    {"ab--c.example", "ab--c.example"},
    {"r3---sn-x.example", "r3---sn-x.example"},
    // A-labels.
    {"xn--bcher-kva.example", "xn--bcher-kva.example", "bücher.example"},
    {"XN--BCHER-KVA.Example", "xn--bcher-kva.example", "bücher.example"},
    {"xn--fa-hia.example", "xn--fa-hia.example", "faß.example"},
    {"xn--fiqs8s", "xn--fiqs8s", "中国"},
    {"xn--11b2ezcw70k.example", "xn--11b2ezcw70k.example", "क्\u200Dष.example"},
    {"xn--rmy-5cd.mil", "xn--rmy-5cd.mil", "аrmy.mil"},
    // U-labels, mapped by UTS 46, non-transitional.
    {"bücher.example", "xn--bcher-kva.example", "bücher.example"},
    {"BÜCHER.Example", "xn--bcher-kva.example", "bücher.example"},
    {"bu\u0308cher.example", "xn--bcher-kva.example", "bücher.example"},
    {"bücher.XN--BCHER-KVA", "xn--bcher-kva.xn--bcher-kva", "bücher.bücher"},
    {"faß.example", "xn--fa-hia.example", "faß.example"},
    {"FA\u1E9E.example", "fass.example"},  // the capital is mapped, in 15.0
    {"ςσ.example", "xn--3xac.example", "ςσ.example"},
    {"İ.example", "xn--i-9bb.example", "i\u0307.example"},
    {"ı.example", "xn--cfa.example", "ı.example"},
    {"\u017F.example", "s.example"},     // long s
    {"\u212A.example", "k.example"},     // the Kelvin sign
    {"\uFB01x.example", "fix.example"},  // a ligature
    {"\u2167.example", "viii.example"},  // a Roman number
    {"日本語.jp", "xn--wgv71a119e.jp", "日本語.jp"},
    {"אב.example", "xn--4dbc.example", "אב.example"},
    {"www3.אב.example", "www3.xn--4dbc.example", "www3.אב.example"},
    {"l·l.example", "xn--ll-0ea.example", "l·l.example"},
    {"क्\u200Dष.example", "xn--11b2ezcw70k.example", "क्\u200Dष.example"},
    {"ü_x.example", "xn--_x-wka.example", "ü_x.example"},
    // Mixed scripts are a name like any other; the skeleton is for judging.
    {"аrmy.mil", "xn--rmy-5cd.mil", "аrmy.mil"},
    {"сосо.example", "xn--n1aahb.example", "сосо.example"},
    // Invisible characters vanish, full width narrows.
    {"a\u200Bb.example", "ab.example"},
    {"a\u00ADb.example", "ab.example"},
    {"\uFEFFarmy.mil", "army.mil"},
    {"ａｒｍｙ．ｍｉｌ", "army.mil"},
    {"ａ＿ｂ.example", "a_b.example"},
    {"ｘｎ－－ｂｃｈｅｒ－ｋｖａ", "xn--bcher-kva", "bücher"},
    // The dots of UTS 46, one of them at the end.
    {"army\u3002mil", "army.mil"},
    {"army\uFF0Emil", "army.mil"},
    {"army\uFF61mil", "army.mil"},
    {"army.mil\u3002", "army.mil"},
};

struct Bad {
  std::string_view text;
  std::string_view error;
};

constexpr Bad kBad[] = {
    {"", "name is empty"},
    {".", "name is empty"},
    {"..", "label 1 is empty (byte 0)"},
    {".a", "label 1 is empty (byte 0)"},
    {"a..", "label 2 is empty (byte 2)"},
    {"a..b", "label 2 is empty (byte 2)"},
    {"a.b..c", "label 3 is empty (byte 4)"},
    {"ü..a", "label 2 is empty (byte 3)"},
    // Bytes that no name has.
    {"\0"sv, "byte 0 (0x00) cannot stand in a domain name"},
    {"a\0b.example"sv, "byte 1 (0x00) cannot stand in a domain name"},
    {"army.mil\0"sv, "byte 8 (0x00) cannot stand in a domain name"},
    {"ü\0x"sv, "byte 2 (0x00) cannot stand in a domain name"},
    {"a\rb", "byte 1 (0x0d) cannot stand in a domain name"},
    {"army.mil\n", "byte 8 (0x0a) cannot stand in a domain name"},
    {"army.mil\r\n", "byte 8 (0x0d) cannot stand in a domain name"},
    {"a\tb", "byte 1 (0x09) cannot stand in a domain name"},
    {" army.mil", "byte 0 (0x20) cannot stand in a domain name"},
    {"army.mil ", "byte 8 (0x20) cannot stand in a domain name"},
    {"a\x7F", "byte 1 (0x7f) cannot stand in a domain name"},
    {"army,mil", "byte 4 (',') cannot stand in a domain name"},
    {"a@army.mil", "byte 1 ('@') cannot stand in a domain name"},
    {"army.mil/x", "byte 8 ('/') cannot stand in a domain name"},
    {"army\\.mil", "byte 4 ('\\') cannot stand in a domain name"},
    {"army.mil:25", "byte 8 (':') cannot stand in a domain name"},
    {"*.mil", "byte 0 ('*') cannot stand in a domain name"},
    {"[1.2.3.4]", "byte 0 ('[') cannot stand in a domain name"},
    {"a%b", "byte 1 ('%') cannot stand in a domain name"},
    {"a'b", "byte 1 (''') cannot stand in a domain name"},
    // Hyphens at the ends.
    {"-", "label 1 begins with a hyphen (byte 0)"},
    {"-a.example", "label 1 begins with a hyphen (byte 0)"},
    {"a-.example", "label 1 ends with a hyphen (byte 1)"},
    {"a.b-.c", "label 2 ends with a hyphen (byte 3)"},
    {"ü-", "label 1 ends with a hyphen (byte 2)"},
    {"ａ－．example",
     "label 'ａ－' is no valid U-label: it begins or ends with a hyphen"},
    {"ab--ü",
     "label 'ab--ü' is no valid U-label: it has hyphens in third and fourth "
     "place"},
    // Addresses and numbers.
    {"1.2.3.4", "'1.2.3.4' looks like an IP address; write [1.2.3.4]"},
    {"1.2.3.4.", "'1.2.3.4' looks like an IP address; write [1.2.3.4]"},
    {"255.255.255.255",
     "'255.255.255.255' looks like an IP address; write [255.255.255.255]"},
    {"１.２.３.４",
     "'1.2.3.4' looks like an IP address; write [1.2.3.4], once mapped to "
     "'1.2.3.4'"},
    {"1.2.3.256", "the last label, '256', is a number; no top-level domain is"},
    {"1.2.3.0004",
     "the last label, '0004', is a number; no top-level domain is"},
    {"1.2.3", "the last label, '3', is a number; no top-level domain is"},
    {"1.2.3.4.5", "the last label, '5', is a number; no top-level domain is"},
    {"a.123", "the last label, '123', is a number; no top-level domain is"},
    {"ü.1", "the last label, '1', is a number; no top-level domain is"},
    // What begins like an A-label and is none.
    {"xn--", "label 1 ends with a hyphen (byte 3)"},
    {"XN--.example", "label 1 ends with a hyphen (byte 3)"},
    {"xn--abc-", "label 1 ends with a hyphen (byte 7)"},
    {"xn--a",
     "label 'xn--a' is no valid A-label: IDNA2008 does not allow U+0080"},
    {"xn--bcher-kv",
     "label 'xn--bcher-kv' is no valid A-label: its punycode does not decode"},
    {"xn--0000h",
     "label 'xn--0000h' is no valid A-label: its punycode does not decode"},
    {"xn--99999999",
     "label 'xn--99999999' is no valid A-label: its punycode does not decode"},
    {"xn--a_b",
     "label 'xn--a_b' is no valid A-label: its punycode does not decode"},
    {"xn--www-hia",  // the capital C with cedilla
     "label 'xn--www-hia' is no valid A-label: it decodes to 'wwwÇ', which is "
     "'xn--www-4la'"},
    {"xn--xn---epa",
     "label 'xn--xn---epa' is no valid A-label: its punycode does not decode"},
    {"xn--7a",
     "label 'xn--7a' is no valid A-label: IDNA2008 does not allow "
     "U+00A1"},
    {"xn--a-ecp.example",  // one character, a digit with its full stop
     "label 'xn--a-ecp' is no valid A-label: IDNA2008 does not allow U+2488"},
    {"xn--1ch",
     "label 'xn--1ch' is no valid A-label: IDNA2008 does not allow U+2260"},
    {"xn--ls8h.example",
     "label 'xn--ls8h' is no valid A-label: IDNA2008 does not allow U+1F4A9"},
    {"xn--é",
     "label 'xn--é' is no valid U-label: its punycode does not decode"},
    {"ｘｎ－－ａ",
     "label 'ｘｎ－－ａ' is no valid U-label: IDNA2008 does not allow it"},
    // What IDNA2008 does not allow.
    {"☕.example",
     "label '☕' is no valid U-label: IDNA2008 does not allow U+2615"},
    {"i❤.example",
     "label 'i❤' is no valid U-label: IDNA2008 does not allow U+2764"},
    {"\u2260", "label '≠' is no valid U-label: IDNA2008 does not allow U+2260"},
    {"a\uFF1D\u0338",  // becomes it by mapping and composition
     "label 'a＝\u0338' is no valid U-label: IDNA2008 does not allow U+2260"},
    {"a\u202Eb.example",  // right-to-left override
     "label 'a\\u{202e}b' is no valid U-label: IDNA2008 does not allow "
     "U+202E"},
    {"\u0378",
     "label '\u0378' is no valid U-label: IDNA2008 does not allow U+0378"},
    {"\uFFFD",
     "label '\uFFFD' is no valid U-label: IDNA2008 does not allow U+FFFD"},
    {"a\u200Db",
     "label 'a\\u{200d}b' is no valid U-label: a joiner (U+200C, U+200D) "
     "stands where it joins nothing"},
    {"a\u200Cb",
     "label 'a\\u{200c}b' is no valid U-label: a joiner (U+200C, U+200D) "
     "stands where it joins nothing"},
    {"\u0301a.example",
     "label '\u0301a' is no valid U-label: it begins with a combining mark"},
    {"aא.example",
     "label 'aא' is no valid U-label: it mixes directions of writing (RFC "
     "5893)"},
    {"1א.example",
     "label '1א' is no valid U-label: it mixes directions of writing (RFC "
     "5893)"},
    {"\u200B.example",
     "label '\\u{200b}' is no valid U-label: it has only invisible "
     "characters"},
    {"a.\u00AD",
     "label '\\u{00ad}' is no valid U-label: it has only invisible "
     "characters"},
    // Look-alikes of dots and slashes.
    {"army\u2024mil",
     "label 'army\u2024mil' is no valid U-label: IDNA2008 does not allow "
     "U+2024"},
    {"a\u2488b",
     "label 'a\u2488b' is no valid U-label: IDNA2008 does not allow U+2488"},
    {"a\u2100b",
     "byte 2 ('/') cannot stand in a domain name, once mapped to 'aa/cb'"},
    {"a\uFF0Fb",
     "byte 1 ('/') cannot stand in a domain name, once mapped to 'a/b'"},
    {"army\uFF20mil",
     "byte 4 ('@') cannot stand in a domain name, once mapped to 'army@mil'"},
    {"a\u3000b",
     "byte 1 (0x20) cannot stand in a domain name, once mapped to 'a b'"},
    {"\u3002", "label 1 is empty (byte 0), once mapped to ''"},
    {"a\u3002\u3002b", "label 2 is empty (byte 2), once mapped to 'a..b'"},
    {"army.mil\u3002.",
     "label 3 is empty (byte 9), once mapped to 'army.mil.'"},
    // Not UTF-8.
    {"\xFF", "byte 0 (0xff) is not UTF-8"},
    {"a\xC3", "byte 1 (0xc3) is not UTF-8"},
    {"a.\x80.b", "byte 2 (0x80) is not UTF-8"},
    {"\xC0\xAE", "byte 0 (0xc0) is not UTF-8"},       // overlong '.'
    {"a\xED\xA0\x80", "byte 1 (0xed) is not UTF-8"},  // a surrogate
    {"ü\xED\xB0\x80", "byte 2 (0xed) is not UTF-8"},
    {"\xF4\x90\x80\x80", "byte 0 (0xf4) is not UTF-8"},  // above U+10FFFF
};

std::string show(const Result<Name>& name) {
  return name ? name->ascii() + " " + name->unicode() : name.error().message;
}

TEST(Name, Good) {
  for (const auto& [text, ascii, unicode] : kGood) {
    const auto name = Name::parse(text);
    EXPECT_EQ(show(name), std::string(ascii) + " " + std::string(unicode))
        << printable(text);
  }
}

// Whatever a name is shown as is the same name again.
TEST(Name, RoundTrip) {
  for (const auto& row : kGood) {
    const auto name = Name::parse(row.text);
    ASSERT_TRUE(name.has_value()) << printable(row.text);
    EXPECT_EQ(show(Name::parse(name->ascii())), show(name));
    EXPECT_EQ(show(Name::parse(name->unicode())), show(name));
    EXPECT_EQ(show(Name::parse(name->unicode() + ".")), show(name));
  }
}

TEST(Name, Bad) {
  for (const auto& [text, error] : kBad) {
    EXPECT_EQ(show(Name::parse(text)), error) << printable(text);
  }
}

TEST(Name, Lengths) {
  const std::string label63(63, 'a');
  const std::string label64(64, 'a');
  const std::string name253 =
      label63 + "." + label63 + "." + label63 + "." + std::string(61, 'a');
  std::string name127 = "a";  // labels
  while (name127.size() < 253) name127 += ".a";
  // Short as A-labels, long in UTF-8: 4 labels of 55 hiragana.
  std::string hiragana;
  for (int i = 0; i < 4 * 55; ++i) {
    hiragana += i > 0 && i % 55 == 0 ? ".あ" : "あ";
  }
  for (const std::string& text :
       {label63, label63 + ".example", name253, name253 + ".", name127,
        hiragana, "\u00FC" + std::string(55, 'a')}) {
    EXPECT_TRUE(Name::parse(text).has_value()) << show(Name::parse(text));
  }

  struct Long {
    std::string text;
    std::string error;
  };
  const std::string too_long = "; at most 253 are allowed";
  const Long longs[] = {
      {label64, "label 1 is 64 octets long; at most 63 are allowed (byte 0)"},
      {"b." + label64 + ".example",
       "label 2 is 64 octets long; at most 63 are allowed (byte 2)"},
      {name253 + "a", "name is 254 octets long" + too_long},
      {name253 + "a.", "name is 254 octets long" + too_long},
      {name127 + ".a", "name is 255 octets long" + too_long},
      {hiragana + "." + label63,
       "name is 311 octets long" + too_long + ", once mapped to '" +
           Name::parse(hiragana)->ascii().substr(0, 77) + "...'"},
      {std::string(1 << 20, 'a'), "name is 1048576 octets long" + too_long},
      {std::string(1 << 20, '.'), "name is 1048576 octets long" + too_long},
      {std::string(1 << 20, '\xFF'), "name is 1048576 octets long" + too_long},
      {"xn--" + std::string(60, 'a'),
       "label 1 is 64 octets long; at most 63 are allowed (byte 0)"},
      {"\u00FC" + std::string(56, 'a'),  // 64 octets as an A-label
       "label '\u00FC" + std::string(56, 'a') +
           "' is no valid U-label: it is longer than 63 octets"},
      {"\u00FC" + std::string(400, 'a'),
       "label '\u00FC" + std::string(75, 'a') +
           "...' is no valid U-label: it is longer than 63 octets"},
  };
  for (const auto& [text, error] : longs) {
    EXPECT_EQ(show(Name::parse(text)), error);
  }
}

TEST(Name, ComparesByItsAsciiForm) {
  const auto a = Name::parse("BÜCHER.example.");
  const auto b = Name::parse("xn--bcher-kva.example");
  const auto c = Name::parse("bucher.example");
  ASSERT_TRUE(a && b && c);
  EXPECT_EQ(*a, *b);
  EXPECT_NE(*a, *c);
  EXPECT_LT(*c, *a);
  EXPECT_EQ(std::set<Name>({*a, *b, *c}).size(), 2U);
}

TEST(Name, IsWithin) {
  EXPECT_TRUE(is_within("army.mil", "army.mil"));
  EXPECT_TRUE(is_within("us.army.mil", "army.mil"));
  EXPECT_TRUE(is_within("us.army.mil", "mil"));
  EXPECT_FALSE(is_within("usarmy.mil", "army.mil"));
  EXPECT_FALSE(is_within("army.mil", "us.army.mil"));
  EXPECT_FALSE(is_within("army.mil", ""));
  EXPECT_FALSE(is_within("", "mil"));
}

TEST(Name, LabelsFromTheLeft) {
  const auto name = Name::parse("Us.Army.mil.");
  ASSERT_TRUE(name.has_value());
  const std::vector<std::string_view> labels = {"us", "army", "mil"};
  EXPECT_EQ(name->labels(), labels);
}

}  // namespace
}  // namespace lostletter::domain
