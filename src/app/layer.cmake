# The commit is read when CMake runs; a build from an archive without git says "unknown".
execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} log -1 --format=%H OUTPUT_VARIABLE BELAY_COMMIT
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} log -1 --format=%cI OUTPUT_VARIABLE BELAY_COMMIT_TIME
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT BELAY_COMMIT)
  set(BELAY_COMMIT unknown)
  set(BELAY_COMMIT_TIME unknown)
endif()
target_compile_definitions(belay_app PUBLIC BELAY_VERSION="${PROJECT_VERSION}")
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/app/version.cc PROPERTIES COMPILE_DEFINITIONS
  "BELAY_COMMIT=\"${BELAY_COMMIT}\";BELAY_COMMIT_TIME=\"${BELAY_COMMIT_TIME}\"")
