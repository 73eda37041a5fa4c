// SPDX-License-Identifier: Apache-2.0
//
// What the filter tells the MTA: whole frames, ready to be sent.
#pragma once

#include <string>

#include "mail/reply.h"
#include "milter/handler.h"

namespace lostletter::milter {

// 'c': go on. At the end of a message: it may pass.
std::string encode_continue();

// 't': the MTA's own words for "try again later".
std::string encode_tempfail();

// 's': no more pieces of this body, please.
std::string encode_skip();

// 'p': still thinking; starts the MTA's patience anew.
std::string encode_progress();

// 'y': our own reply. REQUIRES: a code of 400 to 599 and an enhanced code of
// the same class, because Postfix answers 451 4.3.5 to anything else and
// distrusts the filter for the rest of the session.
std::string encode_reply(const mail::Reply& reply, mail::Utf8 utf8);

// '+' or '2' for whom is added, then '-' for whom is removed, then 'c': one
// edit of the queue file. REQUIRES: is_amendment().
std::string encode_amendment(const Amend& amend);

// Can these be told to an MTA?
bool is_amendment(const Amend& amend);

// May `reply` be told to an MTA?
bool is_refusal(const mail::Reply& reply);

}  // namespace lostletter::milter
