// SPDX-License-Identifier: Apache-2.0
//
// The subcommands, one file each. main.cc has their table.
#pragma once

#include "programs/command.h"

namespace lostletter::programs {

int budget(const Arguments& arguments);
int check(const Arguments& arguments);
int config_command(const Arguments& arguments);
int explain(const Arguments& arguments);
int exposure(const Arguments& arguments);
int doctor(const Arguments& arguments);
int forget(const Arguments& arguments);
int held_command(const Arguments& arguments);
int index_command(const Arguments& arguments);
int learn(const Arguments& arguments);
int log_command(const Arguments& arguments);
int replay(const Arguments& arguments);
int scan(const Arguments& arguments);
int serve(const Arguments& arguments);
int sinkhole(const Arguments& arguments);
int store_command(const Arguments& arguments);

}  // namespace lostletter::programs
