// SPDX-License-Identifier: Apache-2.0
//
// A letter that passes: the notes taken of its header tell what the header
// itself tells, and no more than they may hold.
#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

#include "archive/message.h"
#include "archive/passing.h"
#include "base/text.h"

using namespace lostletter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  // The first line is the server that is believed, the others are fields. A
  // NUL within stands for a line end: a fold where the next byte is a space.
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = input.find('\n');
  const std::vector<std::string> trusted = {std::string(input.substr(0, end))};
  input.remove_prefix(end == input.npos ? size : end + 1);

  archive::HeaderNotes notes(false);
  archive::HeaderNotes of_bounce(true);
  std::string whole;
  for (const std::string_view line : split(input, '\n')) {
    if (!archive::is_field_line(line) || line.starts_with("Bcc")) continue;
    const auto colon = line.find(':');
    std::string body(line.substr(colon + 1));
    for (char& c : body) c = c == '\0' ? '\n' : c;
    notes.add(line.substr(0, colon), body);
    of_bounce.add(line.substr(0, colon), body);
    for (std::size_t i = 0; i < body.size(); ++i) {
      const bool folds =
          i + 1 < body.size() && (body[i + 1] == ' ' || body[i + 1] == '\t');
      if (body[i] == '\n' && !folds) body[i] = ' ';
    }
    whole += std::string(line.substr(0, colon)) + ':' + body + '\n';
  }
  assert(notes.text().size() <= archive::HeaderNotes::kMost);
  assert(notes.text().find("subject:") != 0);

  archive::Passing passing;
  passing.sender = "ann@example.com";
  passing.header = notes.text();
  passing.recipients = {"bob@example.org"};
  const auto told = archive::read_message(whole, trusted).letter;
  const auto noted = archive::read_message(notes.text(), trusted).letter;
  if (whole.size() < archive::HeaderNotes::kMost) {
    assert(noted.authentic == told.authentic);
    assert(noted.id == told.id);
    assert(noted.thread == told.thread);
    assert(noted.automatic == told.automatic);
  }
  const auto letter = archive::read_arriving(passing, trusted);
  assert(letter.authentic != archive::Authentic::kUnknown);
  assert((letter.authentic == archive::Authentic::kYes) ==
         (noted.authentic == archive::Authentic::kYes));
  // The envelope's first; whom the header names besides may never get it.
  assert(letter.recipients.front().address == passing.recipients.front());
  for (const auto& named : letter.recipients) {
    assert(&named == &letter.recipients.front() ||
           named.outcome == archive::Outcome::kDeferred);
  }
  assert(archive::read_leaving(passing).authentic ==
         archive::Authentic::kUnknown);

  assert(!archive::read_bounce(passing));
  passing.sender.clear();
  passing.header = of_bounce.text();
  const auto bounce = archive::read_bounce(passing);
  assert(!bounce || !bounce->letter.empty());
  return 0;
}
