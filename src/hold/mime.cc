// SPDX-License-Identifier: Apache-2.0
#include "hold/mime.h"

#include "hold/gmime.h"

namespace lostletter::hold {
namespace {

Owned<GMimeContentType> type_of(const std::string& text) {
  return Owned<GMimeContentType>(
      g_mime_content_type_parse(nullptr, text.c_str()));
}

bool is_text(const std::string& type) { return type.starts_with("text/"); }

// What is no text is ASCII already, and stays as it is.
Owned<GMimePart> make_part(const Part& part) {
  Owned<GMimePart> made(g_mime_part_new());
  const auto type =
      type_of(part.type + (is_text(part.type) ? "; charset=utf-8" : ""));
  g_mime_object_set_content_type(GMIME_OBJECT(made.get()), type.get());
  Owned<GMimeStream> stream(
      g_mime_stream_mem_new_with_buffer(part.text.data(), part.text.size()));
  Owned<GMimeDataWrapper> content(g_mime_data_wrapper_new_with_stream(
      stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
  g_mime_part_set_content(made.get(), content.get());
  g_mime_part_set_content_encoding(
      made.get(), is_text(part.type) ? GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE
                                     : GMIME_CONTENT_ENCODING_7BIT);
  return made;
}

void add_mailbox(GMimeMessage* message, GMimeAddressType kind,
                 const std::string& name, const std::string& address) {
  if (address.empty()) return;
  g_mime_message_add_mailbox(
      message, kind, name.empty() ? nullptr : name.c_str(), address.c_str());
}

GDateTime* g_date(Seconds time) {
  return g_date_time_new_from_unix_utc(time.time_since_epoch().count());
}

Owned<GMimeMessage> make_message(const Outgoing& letter) {
  Owned<GMimeMessage> message(g_mime_message_new(1));
  add_mailbox(message.get(), GMIME_ADDRESS_TYPE_FROM, letter.from_name,
              letter.from);
  add_mailbox(message.get(), GMIME_ADDRESS_TYPE_TO, "", letter.to);
  add_mailbox(message.get(), GMIME_ADDRESS_TYPE_REPLY_TO, "", letter.reply_to);
  g_mime_message_set_subject(message.get(), letter.subject.c_str(), "utf-8");
  g_mime_message_set_message_id(message.get(), letter.message_id.c_str());
  GDateTime* const date = g_date(letter.at);
  g_mime_message_set_date(message.get(), date);
  g_date_time_unref(date);
  GMimeObject* const object = GMIME_OBJECT(message.get());
  g_mime_object_set_header(object, "Auto-Submitted",
                           letter.auto_submitted.c_str(), nullptr);
  if (!letter.in_reply_to.empty()) {
    const std::string id = '<' + letter.in_reply_to + '>';
    g_mime_object_set_header(object, "In-Reply-To", id.c_str(), nullptr);
    g_mime_object_set_header(object, "References", id.c_str(), nullptr);
  }
  return message;
}

std::string to_text(GMimeMessage* message) {
  GMimeFormatOptions* const options = g_mime_format_options_new();
  g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
  char* const text = g_mime_object_to_string(GMIME_OBJECT(message), options);
  std::string result(text);
  g_free(text);
  g_mime_format_options_free(options);
  return result;
}

std::string compose(const Outgoing& letter, GMimeMultipart* body) {
  const auto message = make_message(letter);
  g_mime_message_set_mime_part(message.get(), GMIME_OBJECT(body));
  return to_text(message.get());
}

void add(GMimeMultipart* body, const Part& part) {
  const auto made = make_part(part);
  g_mime_multipart_add(body, GMIME_OBJECT(made.get()));
}

}  // namespace

std::string date_text(Seconds time) {
  GDateTime* const date = g_date(time);
  char* const text = g_mime_utils_header_format_date(date);
  std::string result(text);
  g_free(text);
  g_date_time_unref(date);
  return result;
}

std::string compose_alternatives(const Outgoing& letter,
                                 const std::vector<Part>& parts) {
  require_gmime();
  const Owned<GMimeMultipart> body(
      g_mime_multipart_new_with_subtype("alternative"));
  for (const Part& part : parts) add(body.get(), part);
  return compose(letter, body.get());
}

std::string compose_report(const Outgoing& letter, std::string_view words,
                           std::string_view status, std::string_view header) {
  require_gmime();
  const Owned<GMimeMultipart> body(g_mime_multipart_new_with_subtype("report"));
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(body.get()),
                                           "report-type", "delivery-status");
  add(body.get(), {"text/plain", std::string(words)});
  add(body.get(), {"message/delivery-status", std::string(status)});
  add(body.get(), {"text/rfc822-headers", std::string(header)});
  return compose(letter, body.get());
}

}  // namespace lostletter::hold
