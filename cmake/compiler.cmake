# clang 19 only: g++ before 14 miscompiles coroutines (docs/decisions/0003-clang-19-only.md).
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "Belay needs clang 19 or newer (found ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}): "
                      "g++ 12 miscompiles coroutines. Use a preset: cmake --preset release")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_PCH_INSTANTIATE_TEMPLATES ON)

set(BELAY_SANITIZE "" CACHE STRING "sanitizers to build with: address,undefined or thread")
option(BELAY_FUZZ "build the libFuzzer targets" OFF)
option(BELAY_BENCH "build the benchmarks" OFF)

add_library(belay_flags INTERFACE)
target_include_directories(belay_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(belay_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -Werror -fno-omit-frame-pointer
  -Xclang -fno-pch-timestamp)
target_link_options(belay_flags INTERFACE -fuse-ld=mold)
if(BELAY_SANITIZE)
  target_compile_options(belay_flags INTERFACE -fsanitize=${BELAY_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(belay_flags INTERFACE -fsanitize=${BELAY_SANITIZE})
else()
  # Checked in every build that a user runs: a violated hardening check stops the server instead of corrupting it.
  target_compile_options(belay_flags INTERFACE -fstack-protector-strong)
endif()
# Whose branches libFuzzer counts: the layers that read foreign bytes. Counting costs the others' tests half their speed.
set(BELAY_FUZZED_LAYERS base json net cdp api)
