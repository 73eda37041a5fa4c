// SPDX-License-Identifier: Apache-2.0
//
// Every event an operator may meet: what happened, what it means, what to do.
// docs/events.md is printed from these rows.
#include <iterator>

#include <fmt/format.h>

#include "base/log.h"
#include "base/log_line.h"

namespace lostletter {

namespace {

constexpr EventRow kRows[] = {
    {Event::kStarted, "started", Level::kInfo,
     "The program has read its configuration, opened its store and serves. "
     "Nothing to do. Many of these in a row mean that something stops it "
     "again and again: read the lines before each."},
    {Event::kStopping, "stopping", Level::kInfo,
     "The program was told to stop (SIGTERM or SIGINT). It takes no new "
     "connections and lets those in flight go on for drain_time. Nothing to "
     "do."},
    {Event::kStopped, "stopped", Level::kInfo,
     "The last line of a process that ended in order. A process whose log "
     "ends without it was killed or crashed; the MTA then did what its "
     "milter_default_action says."},
    {Event::kListening, "listening", Level::kInfo,
     "A socket is open at the address shown. When your MTA cannot connect, "
     "compare this address with its smtpd_milters, letter by letter."},
    {Event::kReloaded, "reloaded", Level::kInfo,
     "SIGHUP: the configuration was read again and is in force from the "
     "next letter on. Letters in flight end under the old one. What cannot "
     "change without a restart is named in the line."},
    {Event::kNamesLearnt, "names-learnt", Level::kInfo,
     "Letters have taught whom people here write to: these addresses, and "
     "their names, are what an address that is almost the same may have "
     "meant, from the next letter on. Looked for every ten minutes, and at a "
     "reload. Nothing to do."},
    {Event::kReloadFailed, "reload-failed", Level::kError,
     "SIGHUP: the new configuration is wrong; the line says where. The old "
     "one stays in force and mail goes on as before. Correct the file, try "
     "it with 'lostletter config check', then reload again."},
    {Event::kRunningAsRoot, "running-as-root", Level::kWarning,
     "The program runs as root and no 'user' is configured to change to. It "
     "works, but needs no such rights: set 'user', or start it as an "
     "unprivileged account that may write the state directory."},
    {Event::kJudged, "judged", Level::kInfo,
     "One recipient of one letter was judged: the verdict, its probability, "
     "and what was done about it. 'lostletter explain' with the reference "
     "shows the evidence. Addresses appear as log_addresses allows. Nothing "
     "to do; complaints about a refusal begin here."},
    {Event::kConfirmed, "confirmed", Level::kInfo,
     "A sender who was asked sent the letter again and thereby said that "
     "the address is meant. It is remembered for this sender until it "
     "expires. Nothing to do, unless the address is one that nobody of "
     "yours should write to: then put it into 'block'."},
    {Event::kConfirmationFailed, "confirmation-failed", Level::kInfo,
     "A letter came again, but its headers do not prove that a person sent "
     "it again: an old Date (a mail program that retries its outbox), none, "
     "or an automatic sender. The sender was asked once more. If one person "
     "meets this again and again, look at the clock of their machine."},
    {Event::kDecisionLate, "decision-late", Level::kWarning,
     "No decision within decision_time; the MTA got the answer that "
     "on_failure names. Once in a while it is a slow disk. If it lasts, "
     "look at the load of the machine and at 'store-failed' lines."},
    {Event::kStoreFailed, "store-failed", Level::kError,
     "The database cannot be read or written; the line carries its own "
     "words. Records of verdicts wait in memory, and what needs the store "
     "gets the answer that on_failure names. Look for a full disk, lost "
     "permissions, or another process that holds the file. Logged once; "
     "'store-recovered' follows when it works again, without a restart."},
    {Event::kStoreRecovered, "store-recovered", Level::kInfo,
     "The database works again after 'store-failed', and what waited is "
     "being written. Nothing to do; 'dropped' says how many records of "
     "verdicts were lost meanwhile."},
    {Event::kRecordsDropped, "records-dropped", Level::kError,
     "Records of verdicts were given up, the oldest first, because too many "
     "waited for the database or the process had to end. No letter was "
     "affected; 'lostletter explain' does not find these. See "
     "'store-failed' for the cause. At most one line a second; 'dropped' "
     "counts since the last."},
    {Event::kLettersNotLearnt, "letters-not-learnt", Level::kWarning,
     "Letters that passed taught nothing, the oldest first, because too many "
     "waited for the database or the process had to end. No letter was "
     "affected. A few are no loss; if it lasts, see 'store-failed' for the "
     "cause, and learn them from the mail log with 'lostletter learn'. At most "
     "one line a second; 'dropped' counts since the last."},
    {Event::kLetterHeld, "letter-held", Level::kInfo,
     "The MTA brought a letter that waits for its sender's answer, and it is "
     "on disk, encrypted. Nothing to do: the sender is asked, and 'lostletter "
     "held show' with the code says what happens to it."},
    {Event::kHoldFull, "hold-full", Level::kError,
     "A letter to be held found no room: it is larger than hold.most_size, or "
     "less than hold.disk_reserve is left. The MTA keeps it and brings it "
     "again, until its own patience ends and it is returned to its sender. "
     "Make room, or let 'hold.keep' be shorter."},
    {Event::kSenderAsked, "sender-asked", Level::kInfo,
     "The sender of a held letter was sent a question, or a reminder, and "
     "'reply' is what the MTA said to that. When it refuses these, nobody "
     "learns that letters wait: look at hold.mta and hold.notices_from."},
    {Event::kLetterAnswered, "letter-answered", Level::kInfo,
     "Somebody decided about a recipient of a held letter: to release it, as "
     "typed or to another address, or to discard it; or its time was over. "
     "'lostletter log verify' proves that the record of these is whole."},
    {Event::kLetterHanded, "letter-handed", Level::kInfo,
     "A released letter was given to the MTA, or a report to its sender; "
     "'reply' is what the MTA said. When it says 'later', it is tried again, "
     "at most an hour apart; when it refuses for good, the sender gets a "
     "report."},
    {Event::kHandingUncertain, "handing-uncertain", Level::kWarning,
     "The connection broke between the end of a released letter and the MTA's "
     "answer, so nobody here knows whether the MTA has it. It is not sent "
     "again: if the MTA has it, its copy arrives at the hold listener and the "
     "line 'letter-handed' follows. If none comes within minutes and the "
     "MTA's queue and log do not know the token, 'lostletter held release "
     "--again' sends it; see docs/states.md."},
    {Event::kMilterProtocol, "milter-protocol", Level::kWarning,
     "Whoever connected to a milter socket spoke no milter protocol, and "
     "was disconnected. If it is your MTA, tell us its name and version. If "
     "it is not, somebody else can reach the socket: use a UNIX socket, or "
     "a firewall."},
    {Event::kHttpRefused, "http-refused", Level::kWarning,
     "A request to the console was refused: a wrong token, or a Host or "
     "Origin that is not ours (how a foreign web page would try to reach "
     "it). If it was you, open the console by the address in the "
     "'listening' line."},
    {Event::kAcceptFailed, "accept-failed", Level::kError,
     "A connection of the MTA waits because the process has no descriptor or "
     "no memory left for it. It is tried again ten times a second; this is "
     "logged once until one is accepted. Raise LimitNOFILE= of the unit, or "
     "look at what holds 'sessions' open."},
    {Event::kJobFailed, "job-failed", Level::kError,
     "A piece of work ended in a way the program did not foresee. What "
     "waited for it got the answer that on_failure names. This is a fault "
     "of lostletter: please report it with this line."},
};

}  // namespace

const std::vector<EventRow>& events() {
  static const std::vector<EventRow> rows(std::begin(kRows), std::end(kRows));
  return rows;
}

std::string events_markdown() {
  std::string page =
      "# Events\n\n"
      "What the program says on its standard error, one line an event: "
      "`key=value` pairs, or JSON\nwith `log_format = \"json\"`. Every line "
      "has "
      "`ts` (UTC), `level` and `event`; the other keys belong\nto the event. "
      "Text from outside is escaped: a line feed is `\\x0a`, a backslash "
      "`\\\\`, an invisible\ncharacter `\\u{200b}`.\n\n"
      "This page is printed from `src/base/events.cc`.\n";
  for (const EventRow& row : events()) {
    page += fmt::format("\n## {}\n\nLevel: {}\n\n{}\n", row.id,
                        to_string(row.level), row.paragraph);
  }
  return page;
}

}  // namespace lostletter
