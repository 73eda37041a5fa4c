// SPDX-License-Identifier: Apache-2.0
#include "hold/reply.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "base/text.h"
#include "hold/fields.h"
#include "hold/glance.h"
#include "hold/gmime.h"

namespace lostletter::hold {
namespace {

// More than anybody writes into an answer; what lies beyond is not looked at.
constexpr std::size_t kMost = std::size_t{256} << 10U;

constexpr std::pair<std::string_view, Purpose> kWords[] = {
    {"fix", Purpose::kMend},
    {"send", Purpose::kSend},
    {"discard", Purpose::kDiscard},
};

// The first part that is plain text, on the first levels only: a reader's
// program puts it there.
GMimePart* find_text(GMimeObject* object, int depth = 0) {
  if (object == nullptr || depth > 5) return nullptr;
  if (GMIME_IS_MULTIPART(object)) {
    auto* const parts = GMIME_MULTIPART(object);
    for (int i = 0; i < std::min(g_mime_multipart_get_count(parts), 20); ++i) {
      auto* const found =
          find_text(g_mime_multipart_get_part(parts, i), depth + 1);
      if (found != nullptr) return found;
    }
    return nullptr;
  }
  GMimeContentType* const type = g_mime_object_get_content_type(object);
  const bool plain =
      GMIME_IS_PART(object) &&
      (type == nullptr || g_mime_content_type_is_type(type, "text", "plain"));
  return plain ? GMIME_PART(object) : nullptr;
}

std::string decoded(GMimePart* part) {
  GMimeDataWrapper* const content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  const Owned<GMimeStream> out(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, out.get());
  const GByteArray* const bytes =
      g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out.get()));
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

// Only the fields that say how the text is written: the library's parser of
// addresses recurses as deep as a stranger likes.
std::string without_people(std::string_view letter) {
  std::string rest;
  for (std::string_view fields = header_of(letter); !fields.empty();) {
    const std::string_view field = take_field(fields);
    if (ascii_lower(field.substr(0, 8)) == "content-") rest += field;
  }
  rest += letter.substr(header_of(letter).size());
  return rest;
}

std::string text_of(std::string_view given) {
  const std::string letter = without_people(given);
  require_gmime();
  const Owned<GMimeStream> in(
      g_mime_stream_mem_new_with_buffer(letter.data(), letter.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(in.get()));
  const Owned<GMimeMessage> message(
      g_mime_parser_construct_message(parser.get(), nullptr));
  if (!message) return {};
  GMimePart* const part =
      find_text(g_mime_message_get_mime_part(message.get()));
  return part == nullptr ? std::string() : decoded(part);
}

std::string_view first_line(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) return trim(line);
  }
  return {};
}

}  // namespace

std::optional<Purpose> read_reply(std::string_view letter) {
  letter = letter.substr(0, kMost);
  if (glance_at(letter).automatic) return std::nullopt;
  const std::string text = text_of(letter);
  const std::string_view line = first_line(text);
  const auto end = std::ranges::find_if_not(
      line, [](unsigned char c) { return std::isalpha(c) != 0; });
  const auto word = ascii_lower(std::string_view(line.begin(), end));
  const auto* row =
      std::ranges::find(kWords, word, [](auto& one) { return one.first; });
  if (row == std::end(kWords)) return std::nullopt;
  return row->second;
}

}  // namespace lostletter::hold
