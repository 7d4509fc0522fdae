"""Each page of cases.json, on one server and one real browser. BELAY_TEST_CASES=k01,f01 chooses some. (Those of more.json are run by
beside_test.py.)

A row that is known to be wrong stands in KNOWN_WRONG, with a word why. The test fails when such a row comes out right, so that
it is taken out."""

import os
import shutil
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness.case import main  # noqa: E402
from harness.server import FOLDERS, Server  # noqa: E402
from page_cases import CaseRunner, CaseSite, Wrong, make_uploads, read_cases  # noqa: E402

FILES = ["cases.json"]
CHOSEN = [name for name in os.environ.get("BELAY_TEST_CASES", "").replace(",", " ").split()]
KNOWN_WRONG = {}
GIVE_UP = 2  # seconds for what is known not to happen


class Cases(unittest.TestCase):
    maxDiff = None

    def test_ids_are_given_once_and_known_ones_exist(self):
        ids = [case["id"] for case in read_cases(*FILES)]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertLessEqual(set(KNOWN_WRONG) | set(CHOSEN), set(ids))

    def test_each_page_comes_out_right(self):
        uploads = tempfile.mkdtemp(prefix="belay-uploads-", dir=FOLDERS)
        self.addCleanup(shutil.rmtree, uploads)
        make_uploads(uploads)
        site = CaseSite(uploads)
        self.addCleanup(site.close)
        server = Server()
        self.addCleanup(server.clean_up)
        runner = CaseRunner(server, site)
        self.addCleanup(runner.close)
        cases = [case for case in read_cases(*FILES) if not CHOSEN or case["id"] in CHOSEN]
        # Those with a session of their own come last.
        cases.sort(key=lambda case: bool(case.get("launch")))
        complaints = []
        for case in cases:
            complaints += self.complaints_of(runner, case)
        print(f"{len(cases)} cases, {len(complaints)} not as expected, {sum(c['id'] in KNOWN_WRONG for c in cases)} known wrong",
              flush=True)
        self.assertFalse(complaints, "\n" + "\n".join(complaints))

    @staticmethod
    def complaints_of(runner, case):
        known = KNOWN_WRONG.get(case["id"])
        began = time.monotonic()
        try:
            runner.run(case, **({"patience": GIVE_UP} if known else {}))
        except Wrong as error:
            complaint = f"{case['id']} ({case['kind']}): {error}"
            print(f"wrong {'as known: ' + known if known else ''} after {time.monotonic() - began:.1f} s: {complaint}", flush=True)
            return [] if known else [complaint]
        took = time.monotonic() - began
        if took > 5:
            print(f"{case['id']} took {took:.1f} s", flush=True)
        return [f"{case['id']} ({case['kind']}) is right: take it out of KNOWN_WRONG"] if known else []


if __name__ == "__main__":
    main()
