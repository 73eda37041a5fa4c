// SPDX-License-Identifier: Apache-2.0
#include "archive/waiting.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "archive/coder.h"

namespace lostletter::archive {
namespace {

constexpr std::string_view kFormat = "lostletter waiting 1\n";

Seconds time_in(Parts& in) { return Seconds(Duration(in.number())); }

}  // namespace

void Waiting::begin(std::string_view kind) {
  Writer out(text_);
  out.number(std::exchange(clock_, {}).time_since_epoch().count());
  out.text(kind);
}

void Waiting::line(const LogLine& line) {
  begin("line");
  Writer out(text_);
  out.number(line.at.time_since_epoch().count());
  for (const auto field : {line.host, line.program, line.process, line.text}) {
    out.text(field);
  }
}

void Waiting::end(std::string_view key) {
  begin("end");
  Writer(text_).text(key);
}

void Waiting::letter(const OpenLetter& open) {
  begin("letter");
  Writer out(text_);
  write(out, open);
}

void Waiting::said(std::string_view table, std::string_view process,
                   const Processes::Said& said) {
  begin("said");
  Writer out(text_);
  out.number(said.at.time_since_epoch().count());
  for (const auto text : {table, process, std::string_view(said.text),
                          std::string_view(said.id)}) {
    out.text(text);
  }
}

void Waiting::ended(const std::vector<std::uint64_t>& hashes) {
  begin("ended");
  Writer out(text_);
  out.number(static_cast<std::int64_t>(hashes.size()));
  std::uint64_t before = 0;
  for (const auto hash : hashes) {
    out.number(static_cast<std::int64_t>(hash - std::exchange(before, hash)));
  }
}

std::string Waiting::save() const {
  std::string text(kFormat);
  text += text_;
  Writer out(text);
  out.number(clock_.time_since_epoch().count());
  out.text("");
  return text;
}

namespace {

// One thing that was told; false: it is damaged.
bool read_line(Parts& in, const Waiting::Reader& reader) {
  LogLine line;
  line.at = time_in(in);
  const std::string host = in.text(), program = in.text(), process = in.text(),
                    text = in.text();
  line.host = host;
  line.program = program;
  line.process = process;
  line.text = text;
  if (in.is_good()) reader.line(line);
  return in.is_good();
}

bool read_end(Parts& in, const Waiting::Reader& reader) {
  const std::string key = in.text();
  if (in.is_good()) reader.end(key);
  return in.is_good();
}

bool read_letter(Parts& in, const Waiting::Reader& reader) {
  OpenLetter open;
  if (!archive::read(in, open)) return false;
  reader.letter(std::move(open));
  return true;
}

bool read_said(Parts& in, const Waiting::Reader& reader) {
  Processes::Said said;
  said.at = time_in(in);
  const std::string table = in.text(), process = in.text();
  said.text = in.text();
  said.id = in.text();
  if (in.is_good()) reader.said(table, process, std::move(said));
  return in.is_good();
}

bool read_ended(Parts& in, const Waiting::Reader& reader) {
  std::vector<std::uint64_t> hashes;
  std::uint64_t hash = 0;
  for (auto n = in.number(); n > 0 && in.is_good(); --n) {
    hash += static_cast<std::uint64_t>(in.number());
    hashes.push_back(hash);
  }
  if (!in.is_good() || !std::ranges::is_sorted(hashes)) return false;
  reader.ended(hashes);
  return true;
}

struct Row {
  std::string_view kind;
  bool (*read)(Parts& in, const Waiting::Reader& reader);
};
constexpr Row kRows[] = {
    {"line", read_line}, {"end", read_end},     {"letter", read_letter},
    {"said", read_said}, {"ended", read_ended},
};

}  // namespace

Result<void> Waiting::read(std::string_view saved, const Reader& reader) {
  const auto damaged = [] { return fail("what waits is damaged"); };
  if (!saved.starts_with(kFormat)) return damaged();
  saved.remove_prefix(kFormat.size());
  Parts in(saved);
  while (!in.at_end()) {
    const auto clock = time_in(in);
    const std::string kind = in.text();
    if (!in.is_good()) return damaged();
    reader.pass(clock);
    if (kind.empty()) return in.at_end() ? Result<void>() : damaged();
    const auto* row = std::ranges::find(kRows, kind, &Row::kind);
    if (row == std::end(kRows) || !row->read(in, reader)) return damaged();
  }
  return damaged();
}

}  // namespace lostletter::archive
