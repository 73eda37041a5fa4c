# SPDX-License-Identifier: Apache-2.0
#
# lostletter_embed_lists(target): compiles data/*.tsv into a target, the names
# as an index (src/lookalike/index.h) that a program of the build writes, the
# suffixes as rows: its sources may say #include "lookalike/suffixes.h". A wrong
# row fails the build with file:line.

find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(lostletter_embed_lists target)
  set(script ${PROJECT_SOURCE_DIR}/tools/embed_lists.py)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/generated)
  set(lists ${out}/lookalike/lists.h ${out}/lookalike/lists.cc)
  set(suffixes ${out}/lookalike/suffixes.h ${out}/lookalike/suffixes.cc)
  # Relative paths: messages read data/companies.tsv:12.
  file(GLOB files RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
       ${PROJECT_SOURCE_DIR}/data/*.tsv)
  set(depends ${files})
  list(TRANSFORM depends PREPEND ${PROJECT_SOURCE_DIR}/)
  add_custom_command(
    OUTPUT ${lists} ${suffixes}
    COMMAND ${Python3_EXECUTABLE} ${script} --out ${out}/lookalike ${files}
    DEPENDS ${script} ${depends}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Reading the lists of data/"
    VERBATIM)

  # What makes an index, without what has one compiled in.
  add_executable(make_built_in make_built_in.cc diagonals.cc distance.cc
                 index.cc index_build.cc index_entry.cc index_format.cc
                 index_scan.cc index_search.cc
                 names.cc typed.cc
                 ${lists})
  target_include_directories(make_built_in PRIVATE ${out})
  target_link_libraries(make_built_in PRIVATE lostletter_flags
                        lostletter::base lostletter::domain)
  set(index ${CMAKE_CURRENT_BINARY_DIR}/built_in.index)
  add_custom_command(
    OUTPUT ${index}
    COMMAND make_built_in ${index}
    DEPENDS make_built_in
    COMMENT "Making the index of the built-in names"
    VERBATIM)

  target_sources(${target} PRIVATE ${suffixes} ${index})
  target_include_directories(${target} PRIVATE ${out})
  set_source_files_properties(built_in.cc PROPERTIES
    OBJECT_DEPENDS ${index}
    COMPILE_DEFINITIONS "LOSTLETTER_BUILT_IN_INDEX=\"\\\"${index}\\\"\"")
endfunction()
