# The in-page script becomes a string constant: the files of src/browser/script are read when CMake runs and put together
# as one closure.
set(BELAY_PAGE_SCRIPT "(() => {\n'use strict';\nif (globalThis.__belay) return;\n")
foreach(part elements selectors waiting pointing fields scrolling api)
  set(file ${CMAKE_SOURCE_DIR}/src/browser/script/${part}.js)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  string(APPEND BELAY_PAGE_SCRIPT "${text}")
endforeach()
string(APPEND BELAY_PAGE_SCRIPT "})();\n")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/page_script.cc @ONLY CONTENT
"// Made from src/browser/script/*.js.
#include \"browser/page_script.h\"
namespace browser {
std::string_view page_script() {
  static constexpr std::string_view kScript = R\"BELAYJS(@BELAY_PAGE_SCRIPT@)BELAYJS\";
  return kScript;
}
}  // namespace browser
")
target_sources(belay_browser PRIVATE ${CMAKE_BINARY_DIR}/generated/page_script.cc)
