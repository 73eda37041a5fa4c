// SPDX-License-Identifier: Apache-2.0
//
// Where the links of a notice lead. Opening one changes nothing, for programs
// open links too; a button acts. Who has a link sees the subject and the
// addresses of the letter, and nothing else of it; no login, no script.
#pragma once

#include "hold/answers.h"
#include "http/server.h"

namespace lostletter::console {

// GET /answer?t=TOKEN
http::Response show_question(hold::Answers& answers,
                             const http::Request& request);
// POST /answer?t=TOKEN
http::Response take_answer(hold::Answers& answers,
                           const http::Request& request);

}  // namespace lostletter::console
