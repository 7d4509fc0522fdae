// Secrets that stand on the server's own command line, where everybody on the machine can read it (ps).
#pragma once

namespace app {

// Overwrites the values of --token in place, once they have been read. They were to be seen until then: --token-file
// and BELAY_TOKEN are better.
void hide_secret_arguments(int argc, char** argv);

}  // namespace app
