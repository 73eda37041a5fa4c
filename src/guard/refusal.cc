// SPDX-License-Identifier: Apache-2.0
#include "guard/refusal.h"

#include <cassert>

#include <fmt/format.h>

#include "base/text.h"

namespace lostletter::guard {
namespace {

std::string whom(std::string_view contact) {
  return contact.empty() ? "your mail administrator" : printable(contact, 120);
}

// Clients show the first line, and logs keep it: it says the most.
std::string what_happened(const Assessment& found) {
  const std::string typed = printable(found.address, 260);
  if (found.verdict == Verdict::kBlocked) {
    return fmt::format("<{}>: mail to {} is blocked here", typed,
                       printable(found.domain, 120));
  }
  if (!found.intended.empty()) {
    return fmt::format("<{}>: did you mean <{}>?", typed,
                       printable(found.intended.front().address, 200));
  }
  if (found.verdict == Verdict::kInvalid || is_undeliverable(found.mail)) {
    return fmt::format("<{}> is no address that mail can reach", typed);
  }
  return fmt::format("<{}>: is that whom you mean?", typed);
}

// Whom this person writes to instead, how often and since when.
std::string evidence(const Assessment& found) {
  std::string text;
  if (found.verdict == Verdict::kBlocked) return text;
  for (const Finding& finding : found.findings) {
    const bool speaks =
        finding.id == "correspondence.other-entry" ||
        (finding.id.starts_with("correspondence.") && finding.log_odds > 0);
    if (!speaks) continue;
    if (!text.empty()) text += "; ";
    text += finding.text;
  }
  return text.empty() ? text : printable(text, 400) + ".";
}

std::string reason(const Assessment& found) {
  if (found.findings.empty()) return "";
  // A proof says more than a resemblance.
  if (is_undeliverable(found.mail)) {
    for (const Finding& finding : found.findings) {
      if (finding.id.starts_with("dns.")) {
        return printable(finding.text, 300) + ".";
      }
    }
  }
  // What the engine saw says more than that a rule exists.
  for (const Finding& finding : found.findings) {
    if (finding.id.starts_with("lookalike.") ||
        finding.id.starts_with("person.")) {
      return printable(finding.text, 300) + ".";
    }
  }
  if (found.verdict == Verdict::kBlocked || !evidence(found).empty()) return "";
  return printable(found.findings.front().text, 300) + ".";
}

// The name behind the '@' where that is in question, else the whole address.
const std::string& what_was_meant(const Assessment& found) {
  const bool same_domain =
      !found.intended.empty() && found.intended.front().domain == found.domain;
  return same_domain ? found.address : found.domain;
}

std::string what_to_do(const Assessment& found, const RefusalText& text) {
  if (found.action == Action::kAsk && text.whole_letter) {
    return fmt::format(
        "If you do mean {}, send the letter again within {} minutes, as it is. "
        "Otherwise correct the address. Nobody has got it yet.",
        printable(found.address, 200), text.window.count());
  }
  if (found.action == Action::kAsk) {
    return fmt::format(
        "If you do mean {}, send it again within {} minutes, to that address "
        "only. Otherwise correct it.",
        printable(what_was_meant(found), 200), text.window.count());
  }
  if (found.verdict == Verdict::kBlocked) {
    return fmt::format(
        "Validate the recipient's address; if it is right, ask {} to allow it.",
        whom(text.contact));
  }
  return fmt::format(
      "Correct the address and send it again; if it is right, ask {}.",
      whom(text.contact));
}

// Of a blocked name the DNS says nothing that matters: 5.7.1 (RFC 6409 6.2).
mail::Reply empty_reply(const Assessment& found) {
  if (found.verdict != Verdict::kBlocked) {
    if (found.mail == Mail::kNull) return {556, "5.1.10", {}};
    if (is_undeliverable(found.mail)) return {550, "5.1.2", {}};
  }
  return {550, "5.7.1", {}};
}

}  // namespace

mail::Reply refusal(const Assessment& found, const RefusalText& text) {
  assert(found.action != Action::kAccept);
  mail::Reply reply = empty_reply(found);
  reply.lines.push_back(what_happened(found));
  for (std::string why : {reason(found), evidence(found)}) {
    if (!why.empty()) reply.lines.push_back(std::move(why));
  }
  reply.lines.push_back(what_to_do(found, text));
  reply.lines.push_back(
      fmt::format("Reference: {}", printable(text.reference, 40)));
  return reply;
}

}  // namespace lostletter::guard
