// SPDX-License-Identifier: Apache-2.0
//
// Contacts have addresses that parse and names that are UTF-8, from tables and
// cards; and what they give, written as a table, is read as the same.
#include <cassert>
#include <cstdint>
#include <string>
#include <vector>

#include "archive/card.h"
#include "archive/table.h"
#include "base/text.h"
#include "mail/address.h"

using namespace lostletter;

namespace {

class Contacts final : public archive::Sink {
 public:
  void letter(const archive::Letter&) override { assert(false); }
  void contact(const archive::Contact& contact) override {
    assert(mail::Address::parse(contact.address));
    assert(is_valid_utf8(contact.name));
    all.push_back(contact);
  }
  void skipped(std::string_view reason, std::uint64_t line) override {
    assert(!reason.empty() && line > 0);
  }
  std::vector<archive::Contact> all;
};

template <typename Book>
std::vector<archive::Contact> read(const std::string& text) {
  Contacts contacts;
  Book book(contacts);
  std::uint64_t number = 0;
  for (const auto line : split(text, '\n')) book.line(line, ++number);
  book.end();
  assert(book.is_between());
  return contacts.all;
}

std::string cell(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(data, data + size);
  auto contacts = read<archive::Cards>(text);
  for (auto& contact : read<archive::Table>(text)) {
    contacts.push_back(std::move(contact));
  }
  std::string table = "name,email\n";
  for (auto& contact : contacts) {
    // A name is decoded once more: only plain ones stay as they are.
    std::erase(contact.name, '=');
    contact.name = trim(contact.name);
    table += cell(contact.name) + ',' + cell(contact.address) + '\n';
  }
  const auto same = read<archive::Table>(table);
  assert(same.size() == contacts.size());
  for (std::size_t i = 0; i < same.size(); ++i) {
    assert(same[i].address == contacts[i].address);
    assert(same[i].name == contacts[i].name);
  }
  return 0;
}
