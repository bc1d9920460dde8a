# What every target shares: the language level, warnings, sanitizers, the linker, ccache, and two helpers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

option(BECKON_WERROR "Treat warnings as errors" OFF)
option(BECKON_SANITIZE "Build with the address and undefined-behaviour sanitizers" OFF)

# ccache takes part only when it may look past the times and macros in precompiled headers.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  add_compile_options(-fpch-preprocess)
endif()
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

find_package(Threads REQUIRED)

# beckon_options: linked by every target of ours.
add_library(beckon_options INTERFACE)
target_include_directories(beckon_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(beckon_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wunused $<$<BOOL:${BECKON_WERROR}>:-Werror>)
# g++ 12 warns wrongly inside std::string and std::variant, and no longer knows a system header in a precompiled one.
target_compile_options(beckon_options INTERFACE -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread
  -Wno-restrict -Wno-maybe-uninitialized)
if(BECKON_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr,null -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(BECKON_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=vptr,null
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer -Wno-unknown-warning-option)
  add_link_options(-fsanitize=address,undefined)
endif()

# beckon_library(name [TOGETHER] SOURCES a.cpp … LINKS x y … [HEADERS <heavy.hpp> …]): a static library of ours.
# HEADERS: large ones of other libraries that most of its sources include, compiled once for it. TOGETHER: where nobody
# edits (release builds), several sources are compiled as one.
function(beckon_library name)
  cmake_parse_arguments(ARG "TOGETHER" "" "SOURCES;LINKS;HEADERS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC beckon_options ${ARG_LINKS})
  if(ARG_TOGETHER AND CMAKE_BUILD_TYPE STREQUAL Release)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
  if(ARG_HEADERS)
    target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
  endif()
endfunction()

# Tests are compiled with -O1: what they test is not.
set(beckon_test_flags $<$<CONFIG:Release>:-O1>)

# beckon_test(name SOURCES a_test.cpp … LINKS x y … [LABELS unit|integration|faults|lint]): a GoogleTest program.
function(beckon_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE beckon_options ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${beckon_test_flags})
  target_precompile_headers(${name} REUSE_FROM beckon_test_headers)
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 300 LABELS "${ARG_LABELS}")
endfunction()
