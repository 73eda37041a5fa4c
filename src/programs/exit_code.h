// SPDX-License-Identifier: Apache-2.0
//
// How every subcommand ends (sysexits.h has the numbers from 64 on).
#pragma once

namespace lostletter::programs {

enum ExitCode : int {
  kOk = 0,
  kFound = 1,         // check found something; doubtful alone is kOk
  kUsage = 64,        // the command line
  kData = 65,         // input that cannot be read
  kUnavailable = 69,  // a service, the store, a port
  kIo = 74,
  kTryAgain = 75,
  kBadConfig = 78,
};

}  // namespace lostletter::programs
