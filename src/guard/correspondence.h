// SPDX-License-Identifier: Apache-2.0
//
// Who writes to whom, as the judgement asks it: values in, values out. `store`
// keeps it. A person is one of ours, by address; the organisation is all of
// ours together; the other one is an address and its domain.
//
// A letter counts half after kHalfLife (Roth et al., KDD 2010): people change,
// and names change hands. Only what went there and came back says that an
// address is right: letters to a mistyped one look like any others, until
// somebody misses the answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace lostletter::guard {

inline constexpr Duration kHalfLife = std::chrono::days(180);

// Stored weights are sums of these: what a letter of `at` adds. They are
// relative to a fixed day, so that they are added and taken away in any order,
// and only the reader knows what time it is.
double stored_weight(Seconds at);
// Letters, each counted 0.5 ^ (its age at `now` / kHalfLife); never below 0.
double weight_at(double stored, Seconds now);

// Letters between one of us, or all, and an address, or a domain.
struct Exchange {
  std::uint32_t sent = 0;  // by us, less those known to have come back
  std::uint32_t received = 0;
  std::uint32_t bounced = 0;
  Seconds first{};    // 0: never
  Seconds last{};     // of either direction
  double weight = 0;  // weight_at() of all sent and received

  bool is_none() const { return sent + received + bounced == 0; }
  bool is_two_way() const { return sent > 0 && received > 0; }
  // Pairs of a letter and an answer, with the decay of the whole.
  double two_way_weight() const;

  bool operator==(const Exchange&) const = default;
};

// What is known of one address, by the person and by the organisation.
struct Relation {
  Exchange person_address = {};
  Exchange person_domain = {};
  Exchange organisation_address = {};
  Exchange organisation_domain = {};
  bool noted = false;  // in an address book the operator had us learn

  bool operator==(const Relation&) const = default;
};

// Somebody the person writes to who is called alike: has the same local part at
// another domain, or the same name; or whose local part begins alike, so that
// an address book offers both for the same few letters. A colleague is one,
// too, whom the person never wrote to.
struct Namesake {
  std::string address;
  std::string name;  // as letters to them have it; may be empty
  Exchange with_person;
  bool colleague = false;  // one of us, to whom nothing was sent
  // Of the letter's other recipients the one to whom, and to this one, most
  // letters went; of a whole letter, for those who begin alike.
  std::string company = {};
  std::uint32_t company_letters = 0;

  bool operator==(const Namesake&) const = default;
};

// Another recipient of the letter, beside the address in question.
struct Companion {
  Exchange with_person = {};
  Exchange with_organisation = {};
  std::uint32_t letters = 0;  // of the person to both
  std::uint32_t organisation_letters = 0;

  bool operator==(const Companion&) const = default;
};

// A letter that the person sent before: who of those in question was in it.
struct PastLetter {
  std::uint32_t recipients = 0;
  // Bits: the lowest is the address in question, then Inquiry::together.
  std::uint32_t members = 0;
  // A bit for each of those who begin alike and are no members, in the same
  // order in every letter.
  std::uint64_t alike = 0;

  bool operator==(const PastLetter&) const = default;
};

// Who gets nearly every letter of the person to the address in question, and is
// not in this one.
struct Missing {
  std::string address;
  std::uint32_t letters = 0;  // of the person to both

  bool operator==(const Missing&) const = default;
};

// What is known of the letters that this one answers.
struct Thread {
  bool known = false;    // was any of them learnt?
  bool address = false;  // did the address send one, or get one?
  bool domain = false;   // did anybody of its domain?

  bool operator==(const Thread&) const = default;
};

// Addresses in any case, as mail::Address::to_string() has them.
struct Inquiry {
  std::string person;     // empty: only the organisation is known
  std::string address;    // the one in question
  std::string name = {};  // the display name it was given, if any
  std::vector<std::string> others = {};    // that may have been meant instead
  std::vector<std::string> together = {};  // the letter's other recipients
  std::vector<std::string> thread =
      {};  // ids of letters it answers, last first
  Seconds now;
  bool whole = false;  // `together` has all that are in the letter
};

// Is it one of the letter's other recipients?
bool is_together(const Inquiry& inquiry, std::string_view address);

struct Evidence {
  bool anything = false;  // was any correspondence ever learnt?
  Relation typed = {};
  // How many of us were asked about the address, and meant it.
  std::uint32_t confirmed = 0;
  std::vector<Relation> others = {};     // in the order of Inquiry::others
  std::vector<Namesake> namesakes = {};  // most letters first, at most 3
  std::vector<Namesake> rivals = {};     // begin alike; likewise
  std::vector<Companion> together = {};  // in the order of Inquiry::together
  std::vector<PastLetter> past = {};     // the latest day first
  std::vector<Missing> missing = {};     // of a whole letter; the most first
  Thread thread = {};

  bool operator==(const Evidence&) const = default;
};

class Correspondence {
 public:
  virtual ~Correspondence() = default;

  // Nothing when it cannot be known now: the store is away, or slow. Never
  // hangs, never throws. Any thread.
  virtual std::optional<Evidence> ask(const Inquiry& inquiry) = 0;
};

// What happened to a letter on its way to, or from, one address.
enum class Passage {
  kSent,
  kReceived,   // REQUIRES: authentic, or of an archive the operator trusts
  kBounced,    // unlearns the same letter, if it was learnt as sent
  kDiscarded,  // the same, and is no bounce: its sender took it back
  // Another recipient of a letter that one of us received: says who is in a
  // thread, and nothing of trust, since anybody can be written there.
  kBeside,
};

struct Correspondent {
  std::string address;
  std::string name = {};
  Passage passage = Passage::kSent;

  bool operator==(const Correspondent&) const = default;
};

// One letter of one of us: to several, who are then seen together, or from one,
// and to others.
struct Lesson {
  std::string letter;  // Message-ID, or whatever else names it; never empty
  Seconds at{};
  std::string person;
  std::vector<Correspondent> with;

  bool operator==(const Lesson&) const = default;
};

// Somebody is missing who got this share of letters, of at least so many.
inline constexpr double kUsualShare = 0.8;
inline constexpr std::uint32_t kUsualLetters = 5;
inline constexpr std::size_t kMostMissing = 3;
// How many of `sent` letters to the one make another one usual.
std::uint32_t usual_from(std::uint32_t sent);

// Of Inquiry::together and Inquiry::thread no more are looked at.
inline constexpr std::size_t kMostCompanions = 12;
inline constexpr std::size_t kMostThread = 10;
// Of a person's letters that are not circulars; no order within a day.
inline constexpr std::size_t kMostPast = 64;
// Of Inquiry::together, beside those who begin alike.
inline constexpr std::size_t kMostCompany = 4;

// Display names that are the same but for case, order and punctuation have the
// same key: "Smith, Anna" and "anna smith". Empty when it has no letters.
std::string name_key(std::string_view name);

}  // namespace lostletter::guard
