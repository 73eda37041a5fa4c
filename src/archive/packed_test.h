// SPDX-License-Identifier: Apache-2.0
//
// Packs in memory, for tests of what reads packed files.
#pragma once

#include <string>
#include <string_view>

#include <archive.h>
#include <archive_entry.h>

namespace lostletter::archive {

// `filter`: as libarchive names it, "gzip".
inline std::string packed(std::string_view content, const char* filter) {
  std::string out(content.size() + 65536, '\0');
  std::size_t used = 0;
  auto* writer = archive_write_new();
  archive_write_add_filter_by_name(writer, filter);
  archive_write_set_format_raw(writer);
  archive_write_set_bytes_in_last_block(writer, 1);
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  auto* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_write_header(writer, entry);
  archive_write_data(writer, content.data(), content.size());
  archive_entry_free(entry);
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

}  // namespace lostletter::archive
