// SPDX-License-Identifier: Apache-2.0
#include "mail/date.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "mail/comment.h"

namespace lostletter::mail {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu",
                                                   "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> kMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Every other alphabetic zone says nothing we could rely on and counts as
// -0000 (RFC 5322 4.3).
constexpr std::pair<std::string_view, int> kZones[] = {
    {"EDT", -4}, {"EST", -5}, {"CDT", -5}, {"CST", -6},
    {"MDT", -6}, {"MST", -7}, {"PDT", -7}, {"PST", -8},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }

template <typename Table>
std::optional<unsigned> position(const Table& table, std::string_view word) {
  for (unsigned i = 0; i < table.size(); ++i) {
    if (ascii_iequals(table[i], word)) return i;
  }
  return std::nullopt;
}

// Reads the field from the left. The first trouble sticks: what is read after
// it is zero or empty, and nobody looks at it.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) { skip(); }

  bool at_end() const { return i_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[i_]; }
  bool saw_comment() const { return saw_comment_; }
  const std::optional<Error>& error() const { return error_; }

  // Digits, `least` to `most` of them. `what` names them in errors.
  int number(std::string_view what, std::size_t least, std::size_t most);
  // Letters; may be none.
  std::string_view word();
  // Steps over `c`, or says that `what` is missing.
  void expect(char c, std::string_view what);
  bool accept(char c);
  void step() { ++i_; }  // over a sign; no space may follow
  std::size_t digits_ahead() const;

  void refuse(std::string message);
  // `what` should stand here and does not.
  void refuse_here(std::string_view what);

 private:
  void skip();  // folding white space and comments

  std::string_view text_;
  std::size_t i_ = 0;
  bool saw_comment_ = false;  // in the last skip()
  std::optional<Error> error_;
};

void Reader::refuse(std::string message) {
  if (!error_) error_ = Error{std::move(message)};
  i_ = text_.size();
}

void Reader::refuse_here(std::string_view what) {
  if (at_end()) return refuse("date ends before its " + std::string(what));
  refuse("byte " + std::to_string(i_) + " (" + describe_byte(peek()) +
         ") stands where the " + std::string(what) + " of the date should");
}

void Reader::skip() {
  constexpr std::string_view kSpace = " \t\r\n";
  saw_comment_ = false;
  while (!at_end()) {
    if (peek() == '(') {
      const auto end = end_of_comment(text_, i_);
      if (end == text_.npos) {
        return refuse("comment that opens at byte " + std::to_string(i_) +
                      " of the date is not closed");
      }
      i_ = end;
      saw_comment_ = true;
    } else if (kSpace.contains(peek())) {
      ++i_;
    } else {
      return;
    }
  }
}

int Reader::number(std::string_view what, std::size_t least, std::size_t most) {
  const std::size_t begin = i_;
  int value = 0;
  for (; is_digit(peek()) && i_ - begin < most; ++i_) {
    value = value * 10 + (peek() - '0');
  }
  if (i_ == begin) {
    refuse_here(what);
  } else if (i_ - begin < least || is_digit(peek())) {
    refuse(std::string(what) + " at byte " + std::to_string(begin) +
           " of the date has not " + std::to_string(least) +
           (least == most ? "" : " to " + std::to_string(most)) + " digits");
  }
  skip();
  return value;
}

std::size_t Reader::digits_ahead() const {
  const auto end = text_.find_first_not_of("0123456789", i_);
  return std::min(end, text_.size()) - i_;
}

std::string_view Reader::word() {
  const std::size_t begin = i_;
  while (is_alpha(peek())) ++i_;
  const auto read = text_.substr(begin, i_ - begin);
  skip();
  return read;
}

bool Reader::accept(char c) {
  if (peek() != c) return false;
  ++i_;
  skip();
  return true;
}

void Reader::expect(char c, std::string_view what) {
  if (at_end() || !accept(c)) refuse_here(what);
}

// [ "Mon" [","] ]: whether it fits the date is not our business.
void read_day_of_week(Reader& in) {
  if (!is_alpha(in.peek())) return;
  const auto word = in.word();
  if (!position(kDays, word)) {
    in.refuse("'" + printable(word, 30) + "' is no day of the week");
  }
  in.accept(',');
}

std::chrono::year_month_day read_day(Reader& in) {
  const int day = in.number("day", 1, 2);
  if (!is_alpha(in.peek())) in.refuse_here("month");
  const auto word = in.word();
  const auto month = position(kMonths, word);
  if (!month) in.refuse("'" + printable(word, 30) + "' is no month");
  const auto digits = in.digits_ahead();
  int year = in.number("year", 2, 4);
  // RFC 5322 4.3: 00 to 49 are 2000 and later, other short years 1900.
  if (digits == 2 && year < 50) {
    year += 2000;
  } else if (digits < 4) {
    year += 1900;
  }
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(month.value_or(0) + 1),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) {
    in.refuse(std::string(kMonths[month.value_or(0)]) + " " +
              std::to_string(year) + " has no day " + std::to_string(day));
  }
  return date;
}

int read_at_most(Reader& in, std::string_view what, int most) {
  const int value = in.number(what, 1, 2);
  if (value > most) {
    in.refuse(std::string(what) + " " + std::to_string(value) + " is above " +
              std::to_string(most));
  }
  return value;
}

// "18:35[:18]"; 60 is a leap second, the same moment as the next minute.
Duration read_time(Reader& in) {
  Duration time = hours(read_at_most(in, "hour", 23));
  in.expect(':', "minute");
  time += minutes(read_at_most(in, "minute", 59));
  if (in.accept(':')) time += Duration(read_at_most(in, "second", 60));
  return time;
}

// "+0100", "GMT", "EST", "Z".
Duration read_zone(Reader& in) {
  const bool west = in.peek() == '-';
  if (west || in.peek() == '+') {
    in.step();
    const int zone = in.number("zone", 4, 4);
    if (zone % 100 > 59) {
      in.refuse("zone has " + std::to_string(zone % 100) + " minutes");
    }
    const Duration offset = hours(zone / 100) + minutes(zone % 100);
    return west ? -offset : offset;
  }
  if (!is_alpha(in.peek())) in.refuse_here("zone");
  const auto word = in.word();
  for (const auto& [name, offset] : kZones) {
    if (ascii_iequals(name, word)) return hours(offset);
  }
  return Duration(0);
}

}  // namespace

Result<Date> parse_date(std::string_view field_body) {
  Reader in(field_body);
  read_day_of_week(in);
  const auto day = read_day(in);
  const auto time = read_time(in);
  const auto zone = read_zone(in);
  const bool has_comment = in.saw_comment();
  if (!in.at_end()) in.refuse_here("end");
  if (const auto& error = in.error()) return std::unexpected(*error);
  return Date{std::chrono::sys_days(day) + time - zone, has_comment};
}

}  // namespace lostletter::mail
