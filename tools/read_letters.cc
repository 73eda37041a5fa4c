// SPDX-License-Identifier: Apache-2.0
//
// Reads logs, mailboxes and address books as `lostletter learn` does and prints
// what is in them: a line for each source, then why things were skipped.
//
//   read_letters [--print] FILE...
//
// --print adds every letter and contact, a line each, for looking at one's own
// files: it shows people's addresses.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "archive/read.h"
#include "base/text.h"

namespace {

using namespace lostletter;

std::string_view name_of(archive::Outcome outcome) {
  switch (outcome) {
    case archive::Outcome::kUnknown:
      return "unknown";
    case archive::Outcome::kDelivered:
      return "delivered";
    case archive::Outcome::kDeferred:
      return "deferred";
    case archive::Outcome::kBounced:
      return "bounced";
  }
  return {};
}

class Printer final : public archive::Sink {
 public:
  explicit Printer(bool print) : print_(print) {}

  void letter(const archive::Letter& letter) override {
    if (!print_) return;
    std::cout << to_rfc3339(letter.at) << " <" << printable(letter.sender)
              << "> login=" << printable(letter.login)
              << " client=" << printable(letter.client)
              << " size=" << letter.size << " id=" << printable(letter.id)
              << " thread=" << letter.thread.size()
              << (letter.automatic ? " automatic" : "") << '\n';
    for (const auto& to : letter.recipients) {
      std::cout << "  <" << printable(to.address) << "> " << name_of(to.outcome)
                << ' ' << printable(to.status) << ' ' << printable(to.relay)
                << (to.over_tls ? " TLS" : "");
      for (const auto& led : to.forwarded_to) {
        std::cout << " -> <" << printable(led) << '>';
      }
      std::cout << '\n';
    }
  }
  void contact(const archive::Contact& contact) override {
    if (!print_) return;
    std::cout << printable(contact.name) << " <" << printable(contact.address)
              << ">\n";
  }
  void skipped(std::string_view reason, std::uint64_t line) override {
    auto& [count, first] = skipped_[std::string(reason)];
    if (count++ == 0) first = source_ + ':' + std::to_string(line);
  }

  void begin(const std::string& source) { source_ = source; }
  void print_skipped() const {
    for (const auto& [reason, seen] : skipped_) {
      std::cerr << seen.first << " x " << reason << ", first "
                << printable(seen.second) << '\n';
    }
  }

 private:
  struct Seen {
    std::uint64_t first = 0;
    std::string second;
  };
  bool print_;
  std::string source_;
  std::map<std::string, Seen> skipped_;
};

void read(archive::Reader& reader, const archive::Input& input) {
  auto source = archive::Source::open(input);
  if (!source) {
    std::cerr << source.error().message << '\n';
    return;
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto counts = reader.read(*source);
  const std::chrono::duration<double> time =
      std::chrono::steady_clock::now() - begin;
  std::cerr << printable(source->name()) << ": "
            << archive::name_of(source->kind());
  if (!source->packing().empty()) std::cerr << ", " << source->packing();
  std::cerr << ": " << counts->lines << " lines, " << counts->letters
            << " letters, " << counts->contacts << " contacts, "
            << counts->skipped << " skipped, "
            << static_cast<double>(counts->bytes) / 1e6 << " MB in "
            << time.count() << " s\n";
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> paths(argv + 1, argv + argc);
  const bool print = !paths.empty() && paths.front() == "--print";
  if (print) paths.erase(paths.begin());
  const auto inputs = archive::find_inputs(paths);
  if (!inputs) {
    std::cerr << inputs.error().message << '\n';
    return 65;
  }
  Printer printer(print);
  archive::Reader reader(printer);
  for (const auto& input : *inputs) {
    printer.begin(input.path);
    read(reader, input);
  }
  reader.finish();
  printer.print_skipped();
  return 0;
}
