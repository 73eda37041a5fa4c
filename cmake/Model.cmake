# SPDX-License-Identifier: Apache-2.0
#
# lostletter_embed_model(target): compiles data/model/*.tsv, what was learnt
# from data, into a target. Its sources may then say
# #include "lookalike/model.h".

find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(lostletter_embed_model target)
  set(script ${PROJECT_SOURCE_DIR}/tools/embed_model.py)
  set(header ${CMAKE_CURRENT_BINARY_DIR}/generated/lookalike/model.h)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/model/*.tsv)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${Python3_EXECUTABLE} ${script} ${header} ${files}
    DEPENDS ${script} ${files}
    COMMENT "Embedding the learnt tables of data/model"
    VERBATIM)
  target_sources(${target} PRIVATE ${header})
  target_include_directories(
    ${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated)
endfunction()
