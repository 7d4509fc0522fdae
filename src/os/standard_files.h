// Descriptors 0, 1 and 2: whoever starts a program may leave one closed. The next file that is opened would get its
// number, and what is meant for a terminal would go into that file.
#pragma once

namespace os {

// Opens /dev/null in place of those that are closed. Before anything else is opened.
void open_standard_files();

}  // namespace os
