// What the server's operator decided about browsers (docs/guide/configure.md).
#pragma once
#include <string>
#include <vector>

namespace browser {

enum class DialogAnswer { accept, dismiss };

// What happens to JavaScript dialogs, at once, so that none can hold up a call.
struct DialogPolicy {
  DialogAnswer alert = DialogAnswer::accept;
  DialogAnswer beforeunload = DialogAnswer::accept;
  DialogAnswer confirm = DialogAnswer::dismiss;
  DialogAnswer prompt = DialogAnswer::dismiss;
};

enum class Sandbox { on, off };
enum class FileUrls { refused, allowed };

struct Settings {
  Sandbox sandbox = Sandbox::on;
  bool headless = false;  // HEADLESS=true
  FileUrls file_urls = FileUrls::refused;
  DialogPolicy dialogs = {};
  std::string ca_file = {};
  std::vector<std::string> environment = {};          // of this server; Chromium gets what it needs of it
  std::vector<std::string> environment_allowed = {};  // further names that it may have; NAME or PREFIX*
};

}  // namespace browser
