// SPDX-License-Identifier: Apache-2.0
//
// Why something was not used. A small set, so that a report can count by it.
#pragma once

#include <string_view>

namespace lostletter::archive {

// Any file.
inline constexpr std::string_view kDamaged =
    "packed data is damaged or ends too early";
inline constexpr std::string_view kUnreadable = "cannot be opened";

// Logs.
inline constexpr std::string_view kLongLine = "line is longer than 1 MiB";
inline constexpr std::string_view kNoLogLine = "not a line of a log";
inline constexpr std::string_view kUnfinished = "last line has no end yet";
inline constexpr std::string_view kBrokenLine =
    "line breaks off or has lost a part";
inline constexpr std::string_view kNoSender = "letter whose sender is not told";
inline constexpr std::string_view kNoRecipient =
    "letter whose recipients are not told";
inline constexpr std::string_view kTooMany =
    "more letters under way than are kept";

// Exports of mail services, and letters as JSON.
inline constexpr std::string_view kBrokenRow = "row whose quotes never close";
inline constexpr std::string_view kNoDate =
    "row whose date is none, or could be two";
inline constexpr std::string_view kNoOutcome = "row whose status is not known";
inline constexpr std::string_view kNoHead = "row before the names of columns";
inline constexpr std::string_view kNoJson = "line that is no JSON object";
inline constexpr std::string_view kNoJsonLetter =
    "JSON object that is no letter and no event";
inline constexpr std::string_view kHidden =
    "event whose addresses are not told";

// Messages.
inline constexpr std::string_view kLongHeader =
    "header section is larger than 256 KiB";
inline constexpr std::string_view kNoHeader = "message without header fields";
inline constexpr std::string_view kNoAuthor = "message without an author";
inline constexpr std::string_view kNoReader = "message without a recipient";
inline constexpr std::string_view kBeforeFirst =
    "text before the first message of an mbox";

// Address books.
inline constexpr std::string_view kBrokenCard = "card breaks off";
inline constexpr std::string_view kNoAddress = "entry without a mail address";

}  // namespace lostletter::archive
