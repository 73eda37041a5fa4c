// SPDX-License-Identifier: Apache-2.0
#include "programs/held_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace lostletter::programs {
namespace {

using nlohmann::ordered_json;

std::string dump(const ordered_json& object) {
  return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) +
         '\n';
}

ordered_json to_json(const store::HeldRecipient& one) {
  return {{"number", one.number},
          {"address", one.address},
          {"intended", one.intended},
          {"probability", one.probability},
          {"reason", one.reason},
          {"reference", one.reference},
          {"doubtful", one.doubtful},
          {"state", std::string(to_string(one.state))},
          {"changed_at", to_rfc3339(one.changed_at)},
          {"target", one.target},
          {"attempts", one.attempts},
          {"trouble", one.trouble}};
}

std::string arrow(const store::HeldRecipient& one) {
  if (!one.target.empty()) return " -> " + printable(one.target, 260);
  if (!one.intended.empty()) {
    return fmt::format(" ({}?)", printable(one.intended, 260));
  }
  return "";
}

}  // namespace

std::string held_json(const store::HeldLetter& letter) {
  ordered_json recipients = ordered_json::array();
  for (const auto& one : letter.recipients) recipients.push_back(to_json(one));
  return dump({{"code", letter.code},
               {"at", to_rfc3339(letter.at)},
               {"deadline", to_rfc3339(letter.deadline)},
               {"submitter", letter.submitter},
               {"reverse_path", letter.reverse_path},
               {"subject", letter.subject},
               {"message_id", letter.message_id},
               {"queue_id", letter.queue_id},
               {"size", letter.size},
               {"automatic", letter.automatic},
               {"notices", letter.notices},
               {"recipients", std::move(recipients)}});
}

std::string held_json(const store::HeldCounts& counts) {
  ordered_json object = {{"state", std::string(to_string(counts.state))},
                         {"recipients", counts.recipients},
                         {"bytes", counts.bytes},
                         {"oldest", nullptr}};
  if (counts.oldest) object["oldest"] = to_rfc3339(*counts.oldest);
  return dump(object);
}

std::string held_line(const store::HeldLetter& letter) {
  std::string text;
  for (const auto& one : letter.recipients) {
    text += fmt::format("{}/{}  {}  {:10}  {}{}  from {}\n", letter.code,
                        one.number, to_rfc3339(letter.at), to_string(one.state),
                        printable(one.address, 260), arrow(one),
                        printable(letter.reverse_path, 260));
  }
  return text;
}

std::string held_page(const store::HeldLetter& letter) {
  std::string text = fmt::format(
      "letter     {}\nfrom       {} ({})\nsubject    {}\nsubmitted  {}\n"
      "deadline   {}\nsize       {} bytes\nnotices    {}\nothers     {}\n",
      letter.code, printable(letter.reverse_path, 260),
      printable(letter.submitter, 260), printable(letter.subject),
      to_rfc3339(letter.at), to_rfc3339(letter.deadline), letter.size,
      letter.notices, printable(letter.others, 2100));
  for (const auto& one : letter.recipients) {
    text += fmt::format("\n{}  {}{}\n   {} since {}, {} attempts\n   {}\n",
                        one.number, printable(one.address, 260), arrow(one),
                        to_string(one.state), to_rfc3339(one.changed_at),
                        one.attempts, printable(one.reason));
    // What to look for in the MTA's queue and log.
    if (one.state == store::HeldState::kHanded) {
      text += fmt::format("   handed with {}@ack.\n", one.token);
    }
    if (!one.trouble.empty()) text += "   " + printable(one.trouble) + '\n';
  }
  return text;
}

}  // namespace lostletter::programs
