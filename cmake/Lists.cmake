# SPDX-License-Identifier: Apache-2.0
#
# lostletter_embed_lists(target): compiles data/*.tsv into a target. Its
# sources may then say #include "lookalike/lists.h". A wrong row fails the
# build with file:line.

find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(lostletter_embed_lists target)
  set(script ${PROJECT_SOURCE_DIR}/tools/embed_lists.py)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/generated)
  set(header ${out}/lookalike/lists.h)
  set(source ${out}/lookalike/lists.cc)
  # Relative paths: messages read data/companies.tsv:12.
  file(GLOB files RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
       ${PROJECT_SOURCE_DIR}/data/*.tsv)
  set(depends ${files})
  list(TRANSFORM depends PREPEND ${PROJECT_SOURCE_DIR}/)
  add_custom_command(
    OUTPUT ${header} ${source}
    COMMAND ${Python3_EXECUTABLE} ${script} --header ${header}
            --source ${source} ${files}
    DEPENDS ${script} ${depends}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Embedding the lists of data/"
    VERBATIM)
  target_sources(${target} PRIVATE ${source} ${header})
  target_include_directories(${target} PRIVATE ${out})
endfunction()
