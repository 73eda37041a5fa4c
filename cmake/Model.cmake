# SPDX-License-Identifier: Apache-2.0
#
# lostletter_embed_model(target floor table...): compiles data/model/TABLE.tsv,
# what was learnt from data, into a target. Its sources may then say
# #include "FLOOR/model.h".

find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(lostletter_embed_model target floor)
  set(script ${PROJECT_SOURCE_DIR}/tools/embed_model.py)
  set(header ${CMAKE_CURRENT_BINARY_DIR}/generated/${floor}/model.h)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/data/model/
       OUTPUT_VARIABLE files)
  list(TRANSFORM files APPEND .tsv)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${Python3_EXECUTABLE} ${script} ${floor} ${header} ${files}
    DEPENDS ${script} ${files}
    COMMENT "Embedding the learnt tables of data/model"
    VERBATIM)
  target_sources(${target} PRIVATE ${header})
  target_include_directories(
    ${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated)
endfunction()
