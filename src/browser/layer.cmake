# The in-page script becomes string constants: the files of src/browser/script are read when CMake runs and put together
# as one closure. One constant a file, because a literal may have 65,536 characters. Lines that are only comments stay
# behind: every document gets the script. Properties that a page can hide are asked for by symbols (plain.js).
set(belay_script_parts "")
foreach(part plain elements closed selectors waiting reaching pointing pressing lost frames text_fields text_taken focus typing fields
        scrolling settle refs looks sheets owns roles names states tree special fold snapshot census locate api)
  set(file ${CMAKE_SOURCE_DIR}/src/browser/script/${part}.js)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  string(REGEX REPLACE "(^|\n) *//[^\n]*" "\\1" text "${text}")
  if(part STREQUAL "plain")
    string(REGEX MATCH "PLAIN = `[ \n]*([^`]*)`" plain "${text}")
    string(REGEX REPLACE "[ \n]+" "|" plain "${CMAKE_MATCH_1}")
  endif()
  foreach(again RANGE 1)  # a property of a property begins where the first ends
    string(REGEX REPLACE "[?][.](${plain})([^A-Za-z0-9_$])" "?.[its['\\1']]\\2" text "${text}")
    string(REGEX REPLACE "[.](${plain})([^A-Za-z0-9_$])" "[its['\\1']]\\2" text "${text}")
  endforeach()
  string(APPEND belay_script_parts "R\"BELAYJS(${text})BELAYJS\",\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/page_script.cc @ONLY CONTENT
"// Made from src/browser/script/*.js.
#include \"browser/page_script.h\"

#include <string>

namespace browser {
std::string_view page_script() {
  static constexpr std::string_view kParts[] = {@belay_script_parts@};
  static const std::string kScript = [] {
    std::string script = \"(() => {\\n'use strict';\\nif (globalThis.__belay) return;\\n\";
    for (const std::string_view part : kParts) script += part;
    return script += \"})();\\n\";
  }();
  return kScript;
}
}  // namespace browser
")
target_sources(belay_browser PRIVATE ${CMAKE_BINARY_DIR}/generated/page_script.cc)
