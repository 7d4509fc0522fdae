"""What goes wrong for one request goes wrong for that one: the server and the sessions of others go on."""

import os
import tempfile

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.server import FOLDERS, local
from harness.tap import Chromium


class OneRequest(ServerCase):
    def server_without_a_working_directory(self):
        folder = tempfile.mkdtemp(dir=FOLDERS)
        server = self.server(cwd=folder)
        os.rmdir(folder)
        return server

    def test_a_relative_folder_for_downloads_in_a_working_directory_that_is_gone(self):
        server = self.server_without_a_working_directory()
        other = server.start()
        answer = server.start_answer(local(downloadsPath="dl"))
        self.assertIn(answer.status, (400, 500), answer)
        self.assertRegex(str(answer.json), "downloadsPath|absolute")
        self.assert_done(server.navigate(other, f"{self.site.url}/"))
        self.assert_done(server.navigate(server.start(), f"{self.site.url}/"))

    def test_the_same_where_the_browser_is_attached_to_later(self):
        server = self.server_without_a_working_directory()
        with Chromium() as chromium:
            lazy = local(downloadsPath="dl")
            lazy["browser"]["cdpUrl"] = f"http://127.0.0.1:{chromium.port}"
            answer = server.start_answer(lazy)
            if answer.status == 200:
                answer = server.navigate(answer.json["data"]["sessionId"], f"{self.site.url}/")
            self.assertIn(answer.status, (400, 500), answer)
            self.assert_done(server.navigate(server.start(), f"{self.site.url}/"))


if __name__ == "__main__":
    main()
