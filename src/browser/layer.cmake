# The in-page script becomes a string constant: src/browser/script/page.js is read when CMake runs.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/browser/script/page.js)
file(READ ${CMAKE_SOURCE_DIR}/src/browser/script/page.js BELAY_PAGE_SCRIPT)
string(LENGTH "${BELAY_PAGE_SCRIPT}" BELAY_PAGE_SCRIPT_LENGTH)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/page_script.cc @ONLY CONTENT
"// Made from src/browser/script/page.js.
#include \"browser/page_script.h\"
namespace browser {
std::string_view page_script() {
  static constexpr std::string_view kScript = R\"BELAYJS(@BELAY_PAGE_SCRIPT@)BELAYJS\";
  return kScript;
}
}  // namespace browser
")
target_sources(belay_browser PRIVATE ${CMAKE_BINARY_DIR}/generated/page_script.cc)
