// Chromium's roles in our words, and what each means for the lines (the sets of browser/script/tree.js).
#pragma once
#include <string>
#include <string_view>

namespace browser {

// "" for what never has a line and whose content is not told either.
std::string role_of_chromium(std::string_view role);

bool is_dissolved(std::string_view role);  // leaves its content to the line above
bool is_block(std::string_view role);      // and its text is a paragraph of its own
bool is_atom(std::string_view role);       // named by its content
bool is_leaf(std::string_view role);       // its content is not told
bool is_control(std::string_view role);
bool is_cell(std::string_view role);
bool takes_text(std::string_view role);  // its only text becomes its name
bool has_value(std::string_view role);

}  // namespace browser
