# SPDX-License-Identifier: Apache-2.0
#
# Writes the files of web/ into one .cc: cmake -DOUT=x.cc -DFILES=a;b -P this
# A file of a kind that has no row here stops the build.
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

set(arrays "")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  get_filename_component(kind ${file} LAST_EXT)
  string(SUBSTRING ${kind} 1 -1 kind)
  if(NOT DEFINED type_${kind})
    message(FATAL_ERROR "${file}: no content type for .${kind} in embed.cmake")
  endif()
  set(path "/${name}")
  if(name STREQUAL "index.html")
    set(path "/")
  endif()
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
  # Short literals, one a line: compilers bound the length of one.
  string(REGEX REPLACE "((\\\\x..)(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?(\\\\x..)?)"
         "\"\\1\"\n" bytes "${bytes}")
  file(SIZE ${file} size)
  string(APPEND arrays "constexpr char kFile${number}[] =\n${bytes};\n")
  string(APPEND rows
    "    {\"${path}\", \"${type_${kind}}\", {kFile${number}, ${size}}},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE ${OUT} "// Written by console/embed.cmake from web/.
#include \"console/assets.h\"

namespace lostletter::console {
namespace {

${arrays}
constexpr Asset kAssets[] = {
${rows}};

}  // namespace

std::span<const Asset> assets() { return kAssets; }

}  // namespace lostletter::console
")
