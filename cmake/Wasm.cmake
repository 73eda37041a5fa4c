# SPDX-License-Identifier: Apache-2.0
#
# The toolchain of wasm32: clang-19 with Debian's parts for WASI. No exceptions,
# no run-time types, no threads. Used by src/programs/wasm, which the build
# calls (tests/wasm/CMakeLists.txt).
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_PROCESSOR wasm32)

foreach(part /usr/bin/clang++-19 /usr/bin/wasm-ld-19
        /usr/lib/wasm32-wasi/libc.a
        /usr/lib/llvm-19/lib/wasm32-wasi/libc++.a
        /usr/lib/llvm-19/lib/wasm32-wasi/libc++abi.a
        /usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a)
  if(NOT EXISTS ${part})
    message(FATAL_ERROR "${part} is missing, without which nothing compiles "
                        "for wasm32: run tools/install-deps test")
  endif()
endforeach()

set(CMAKE_CXX_COMPILER /usr/bin/clang++-19)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
set(CMAKE_CXX_FLAGS_INIT
    "-fno-exceptions -fno-rtti -fno-threadsafe-statics")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-fuse-ld=/usr/bin/wasm-ld-19")
