"""Pages of our own, each by Belay's act and by Playwright on the same page: what becomes of it is what the row says is right, with
both, or the row says why it is not. With editors, grids and controls from npm among them (libraries.py). BELAY_TEST_CASES=own01 chooses
some; BELAY_TEST_ALL_CASES runs all, otherwise each third page of a library.

A row is as page_cases.py has it, and may have `library` and `options` of it. `playwright`: why Playwright does not do what is right
there; `known`: why Belay does not; `sometimes` names the one of the two fields that is true of some runs alone. The test fails where one is wrong and the row does not say so, and where the row says so and it is
right. Where the packages cannot be had, Belay alone is tried on the rows without a library, and the test counts as skipped."""

import glob
import os
import shutil
import sys
import tempfile
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]

import libraries  # noqa: E402
from harness import npm  # noqa: E402
from harness.case import main  # noqa: E402
from harness.patience import PATIENCE  # noqa: E402
from harness.server import FOLDERS, Server  # noqa: E402
from page_cases import CaseRunner, CaseSite, Wrong, make_uploads, read_cases  # noqa: E402
from playwright_side import PlaywrightSide, has_words_for  # noqa: E402

FILES = sorted(os.path.relpath(path, HERE) for path in [os.path.join(HERE, "more.json"), *glob.glob(os.path.join(HERE, "beside", "*.json"))])
CHOSEN = os.environ.get("BELAY_TEST_CASES", "").replace(",", " ").split()
ALL = bool(os.environ.get("BELAY_TEST_ALL_CASES"))
GIVE_UP = 1  # seconds for what is known not to happen
SLOW = 5  # seconds after which a row is told


def chosen():
    cases = read_cases(*FILES)
    if CHOSEN:
        return [case for case in cases if case["id"] in CHOSEN]
    of_libraries = [case for case in cases if "library" in case]
    left_out = set() if ALL else {case["id"] for at, case in enumerate(of_libraries) if at % 3}
    return [case for case in cases if case["id"] not in left_out]


class Beside(unittest.TestCase):
    maxDiff = None

    def test_each_row_has_an_id_of_its_own_and_a_library_that_exists(self):
        cases = read_cases("cases.json", *FILES)
        ids = [case["id"] for case in cases]
        self.assertEqual(sorted(ids), sorted(set(ids)))
        self.assertLessEqual({case["library"] for case in cases if "library" in case}, set(libraries.names()))
        self.assertLessEqual(set(CHOSEN), set(ids))

    def test_what_is_right_comes_of_each_page(self):
        cases, missing = chosen(), None
        try:
            libraries.bundle()
        except npm.Missing as why:
            cases, missing = [case for case in cases if "library" not in case], str(why)
        uploads = tempfile.mkdtemp(prefix="belay-uploads-", dir=FOLDERS)
        self.addCleanup(shutil.rmtree, uploads)
        make_uploads(uploads)
        site = CaseSite(uploads)
        self.addCleanup(site.close)
        libraries.serve(site)
        cases = [libraries.with_library(case) for case in cases]
        complaints = []
        if missing:
            self.by_belay(site, cases, complaints)
        else:
            other = threading.Thread(target=self.by_playwright, args=(site, cases, complaints))
            other.start()
            try:
                self.by_belay(site, cases, complaints)
            finally:
                other.join()
        self.assertFalse(complaints, "\n" + "\n".join(complaints))
        if missing:
            self.skipTest(f"Playwright and the libraries' pages: {missing}")

    def by_belay(self, site, cases, complaints):
        server = Server()
        self.addCleanup(server.clean_up)
        runner = CaseRunner(server, site)
        self.addCleanup(runner.close)
        judged("Belay", "known", cases, runner.run, complaints)

    @staticmethod
    def by_playwright(site, cases, complaints):
        try:
            side = PlaywrightSide(libraries.PACKAGES)
            try:
                judged("Playwright", "playwright", [case for case in cases if has_words_for(case)],
                       lambda case, patience: side.run(case, site, patience), complaints)
            finally:
                side.close()
        except Exception as error:  # in a thread of its own
            complaints.append(f"Playwright's side: {error!r}")


def judged(who, field, cases, run, complaints):
    began = time.monotonic()
    explained = 0
    for case in cases:
        why = case.get(field)
        explained += bool(why)
        start = time.monotonic()
        wrong = None
        try:
            run(case, GIVE_UP if why else PATIENCE)
        except Wrong as error:
            wrong = str(error)
        took = time.monotonic() - start
        name = f"{case['id']} ({case['kind']}), {who}"
        if wrong and not why:
            complaints.append(f"{name}: {wrong}")
        if why and not wrong and case.get("sometimes") != field:
            complaints.append(f"{name} is right: take `{field}` out of the row")
        if (wrong and not why) or took > SLOW:
            print(f"{name}, {took:.1f} s: {wrong}{f' [{why}]' if why else ''}", flush=True)
    print(f"{who}: {len(cases)} rows in {time.monotonic() - began:.0f} s, {explained} of them known to come out otherwise", flush=True)


if __name__ == "__main__":
    main()
