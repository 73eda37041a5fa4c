// SPDX-License-Identifier: Apache-2.0
//
// lostletter finds the address that was almost right. One program; what it can
// do are the rows below.
#include <csignal>
#include <exception>
#include <string>

#include "programs/commands.h"
#include "programs/exit_code.h"
#include "programs/output.h"

namespace {

using namespace lostletter::programs;

constexpr Command kCommands[] = {
    {"check", "judge addresses: right, doubtful or misdirected?", check},
    {"serve", "guard an MTA: milter, page and API in one process", serve},
    {"held", "letters that wait: list, show, release, redirect, discard",
     held_command},
    {"learn", "who writes to whom, from logs, mailboxes, address books", learn},
    {"scan", "the years before: what logs and mailboxes tell was lost", scan},
    {"replay", "what another policy would have done with those letters",
     replay},
    {"budget", "how many questions were put, and what others would come to",
     budget},
    {"forget", "erase an address from all that was learnt", forget},
    {"explain", "the stored evidence of a verdict, recomputed", explain},
    {"exposure", "the wrong names that people type, ranked", exposure},
    {"sinkhole", "refuse the mail of wrong names one holds, and count",
     sinkhole},
    {"doctor", "is this host set up right? Prints what is missing", doctor},
    {"log", "is the record of what was decided about letters whole?",
     log_command},
    {"index", "make an index of a million names, look into one", index_command},
    {"store", "move what is remembered to another back end", store_command},
    {"config", "check a configuration, show it, print the manual",
     config_command},
};

}  // namespace

int main(int count, char** values) {
  // A reader that leaves is an error of write(2), not the end of a guard.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return dispatch("lostletter", kCommands, {values + 1, values + count});
  } catch (const std::exception& trouble) {
    complain(trouble.what());
    return kUnavailable;
  }
}
