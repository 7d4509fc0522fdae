"""From each id of a page's text to the selector that callers get, and from that to the very same node: browser_test does
the round trips, through frames and shadow roots of every kind; this serves the pages."""

import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import large_pages  # noqa: E402
from harness import live  # noqa: E402
from harness.case import main  # noqa: E402
from harness.site import Site  # noqa: E402
from harness.tap import Chromium  # noqa: E402

ALL_PAGES = bool(os.environ.get("BELAY_TEST_ALL_PAGES"))


def some_of(pages, step):
    """Each of that many, spread over all of them; all where the long run wants them."""
    return pages if ALL_PAGES else pages[::step]


def round_trips(chromium, urls, script="", seconds=800):
    """{url: ids} of a tour to these pages; all of them must lead back."""
    said = live.run("browser_test", "LiveRoundTrip.*", chromium, seconds, BELAY_TEST_PAGES="\n".join(urls),
                    BELAY_TEST_SCRIPT=script)
    return {url: int(count) for url, count in re.findall(r"^PAGE (\S+) (\d+)$", said, re.M)}


class RoundTrip(unittest.TestCase):
    def test_every_id_of_every_page_leads_back_to_its_node(self):
        site = Site()
        self.addCleanup(site.close)
        other = f"http://localhost:{site.port}"
        for folder, _, names in os.walk(os.path.join(HERE, "pages")):
            for name in names:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    text = re.sub(r"http://[bc]\.test:3912", other, file.read())
                site.file(f"/{name}", text.encode())
        site.pages.update(large_pages.PAGES)
        site.pages.pop("/big20000.html")  # more of big5000.html
        made_for_this = {f"/{name}" for name in os.listdir(os.path.join(HERE, "pages", "paths"))}
        paths = sorted(made_for_this | set(some_of(sorted(site.pages), 3)))
        with Chromium() as chromium:
            ids = round_trips(chromium, [site.url + path for path in paths])
        self.assertEqual(len(ids), len(paths))
        print(f"  {sum(ids.values())} ids on {len(ids)} pages lead back to their nodes")
        # So that a frame or root that is no longer told does not pass as led back to.
        self.assertGreater(ids[site.url + "/frames_all.html"], 150)
        self.assertGreater(ids[site.url + "/roots.html"], 60)


if __name__ == "__main__":
    main()
