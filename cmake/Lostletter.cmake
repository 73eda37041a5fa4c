# SPDX-License-Identifier: Apache-2.0
#
# One call per folder of src/: its .cc files become one library, its
# *_test.cc files one test program.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL REQUIRED)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(IDN2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx libpq)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

add_library(lostletter_flags INTERFACE)
target_include_directories(lostletter_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(lostletter_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fno-omit-frame-pointer
  -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
# Clang finds fault with g++ 12's own library and with the generated tables.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(lostletter_flags INTERFACE
    -Wno-deprecated-declarations -Wno-overlength-strings)
endif()
if(LOSTLETTER_SANITIZE)
  target_compile_options(lostletter_flags INTERFACE
    -fsanitize=${LOSTLETTER_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(lostletter_flags INTERFACE
    -fsanitize=${LOSTLETTER_SANITIZE})
  if(LOSTLETTER_SANITIZE STREQUAL thread)
    # Asio uses fences, which TSan does not follow; its locks it does.
    target_compile_options(lostletter_flags INTERFACE -Wno-tsan)
  endif()
endif()

# All unit test programs and nothing else: what a sanitizer's build needs.
if(LOSTLETTER_TESTS)
  add_custom_target(unit_tests)
endif()

# lostletter_folder(LINKS target...)  in src/FOLDER/CMakeLists.txt
# Generated sources are added by the caller with target_sources.
function(lostletter_folder)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" ""
                        "LINKS;TEST_LINKS;EXCLUDE;SERVER_TESTS")
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  file(GLOB sources CONFIGURE_DEPENDS *.cc *.h)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  set(server_tests ${arg_SERVER_TESTS})
  if(server_tests)
    list(TRANSFORM server_tests PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    list(REMOVE_ITEM tests ${server_tests})
  endif()
  foreach(name ${arg_EXCLUDE})
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  endforeach()

  add_library(lostletter_${folder} STATIC ${sources})
  set_target_properties(lostletter_${folder} PROPERTIES LINKER_LANGUAGE CXX)
  add_library(lostletter::${folder} ALIAS lostletter_${folder})
  target_link_libraries(lostletter_${folder} PUBLIC lostletter_flags
                        ${arg_LINKS})

  if(LOSTLETTER_TESTS AND tests)
    add_executable(${folder}_test ${tests})
    target_link_libraries(${folder}_test PRIVATE lostletter_${folder}
                          GTest::gmock_main ${arg_TEST_LINKS})
    add_dependencies(unit_tests ${folder}_test)
    # A crash of one case leaves the others' results readable.
    gtest_discover_tests(${folder}_test TEST_PREFIX ${folder}/
                         WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                         DISCOVERY_MODE PRE_TEST
                         PROPERTIES LABELS unit TIMEOUT 120)
  endif()
  if(LOSTLETTER_TESTS AND server_tests)
    add_executable(${folder}_server_test ${server_tests})
    target_link_libraries(${folder}_server_test PRIVATE lostletter_${folder}
                          GTest::gmock ${arg_TEST_LINKS})
    add_dependencies(unit_tests ${folder}_server_test)
    add_test(NAME ${folder}/server COMMAND ${folder}_server_test
             WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${folder}/server PROPERTIES LABELS unit TIMEOUT 300
                         SKIP_RETURN_CODE 77)
  endif()
endfunction()
