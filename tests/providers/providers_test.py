"""What Belay sends to models, judged by the providers' own packages: real sessions on one Chromium ask a fake of each provider
(fake_providers.py), and each request is checked against the request types of the provider's package, Bedrock's signature by botocore's
signer, and the rules that no type states (rules.py). What is told of tokens is compared with what the packages count.

Violations that are known stand in expected.txt, one a line; one that no longer occurs has to be taken out there. In short form each
model has a few verbs, with BELAY_TEST_ALL_DIALECTS every one has all; then `--print` prints the lines that are needed now. `--only
NAME…` runs these cases alone and expects nothing."""

import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]

import environment
from asking import BODIES, PAGE
from cases import CASES, DOM, HYBRID
from fake_providers import FakeProviders, turns_of
from harness.case import main
from harness.pages import PageCase
from through_litellm import ThroughLiteLlm  # noqa: F401  a test of this file

EXPECTED = os.path.join(HERE, "expected.txt")
EVERYTHING = bool(os.environ.get("BELAY_TEST_ALL_DIALECTS"))
# As KEYS of signing.py, which is for the environment with the packages.
AWS = {"AWS_ACCESS_KEY_ID": "AKIDOFTHETEST", "AWS_SECRET_ACCESS_KEY": "secret/of+the/test", "AWS_SESSION_TOKEN": "token/of+it==",
       "AWS_REGION": "eu-central-1"}


def read_expected(everything):
    """{"case: rule"}; a line that begins with `all ` is of the long form."""
    out = set()
    with open(EXPECTED, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line and not line.startswith("#") and (everything or not line.startswith("all ")):
                out.add(line.removeprefix("all "))
    return out


class Providers(PageCase):
    flags = ()
    only = ()
    printing = False

    @classmethod
    def setUpClass(cls):
        cls.python = environment.python("providers", "requirements.txt")
        cls.cases = [case for case in CASES if case.name in cls.only or not cls.only and (EVERYTHING or not case.long)]
        cls.fake = FakeProviders(cls.cases)
        cls.addClassCleanup(cls.fake.close)
        cls.addClassCleanup(cls.tell_time, time.monotonic())
        cls.environment = {**AWS, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": f"{cls.fake.url}/bedrock"}
        super().setUpClass()
        cls.site.pages["/shop"] = PAGE

    @staticmethod
    def tell_time(began):
        print(f"took {time.monotonic() - began:.0f} s", flush=True)

    def test_each_request_is_one_that_the_provider_takes(self):
        told = []
        for case in self.cases:
            runs = [self.run_of(case, verb) for verb in case.modes(EVERYTHING or bool(self.only))]
            told.append({"case": {**vars(case), "provider": case.provider}, "runs": runs})
        found, rare = {}, set()
        for one in self.judged(told):
            found[f"{one['case']}: {one['rule']}"] = one["detail"]
            case = self.fake.cases[one["case"]]
            if case.long or not set(one["verbs"]) & set(case.modes(False)):
                rare.add(f"{one['case']}: {one['rule']}")
        if self.printing:
            print("\n".join(("all " if name in rare else "") + name for name in found))
            return
        print(f"{len(self.fake.captures)} requests of {len(self.cases)} models, {len(found)} violations", flush=True)
        expected = set() if self.only else read_expected(EVERYTHING)
        new = "\n".join(f"{name}\n    {found[name]}" for name in sorted(set(found) - expected))
        gone = "\n".join(sorted(expected - set(found)))
        self.assertEqual((new, gone), ("", ""), f"\nNot expected:\n{new}\n\nExpected in expected.txt, and no more so:\n{gone}")

    def test_each_rule_is_broken_by_a_request_of_its_own(self):
        done = subprocess.run([self.python, "-B", os.path.join(HERE, "rules_test.py")], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def run_of(self, case, verb):
        """One operation: what was asked, and what tokens are told of it."""
        self.server.navigate(self.session, self.site.url + "/shop")
        self.fake.begin(case, verb, turns_of(case, verb, DOM, HYBRID))
        before = len(self.fake.captures)
        path, body = BODIES[verb](case.options_for(self.fake.url))
        answer = self.server.operation(self.session, path, body)
        captures = self.fake.captures[before:]
        self.assertEqual(self.failure(answer), None, f"{case.name} {verb}")
        self.assertGreater(len(captures), 0)
        return {"verb": verb, "captures": captures, "told": self.tokens()}

    @staticmethod
    def failure(answer):
        """Why it did not come to a good end; None when it did."""
        if answer.status != 200:
            return answer.body.decode()[:300]
        result = answer.json["data"]["result"]
        if isinstance(result, dict) and result.get("success") is False:
            return result["message"][:300]
        return None

    def tokens(self):
        pages = self.server.ask("GET", f"/v1/sessions/{self.session}/replay", None, {"x-language": "typescript"}).json["data"]["pages"]
        return pages[-1]["actions"][-1].get("tokenUsage")

    def judged(self, told):
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(told, file)
            file.flush()
            if keep := os.environ.get("BELAY_TEST_KEEP"):
                with open(keep, "w", encoding="utf-8") as kept:
                    json.dump(told, kept)
            done = subprocess.run([self.python, "-B", os.path.join(HERE, "judge.py"), file.name], capture_output=True, text=True,
                                  check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)


if __name__ == "__main__":
    if "--print" in sys.argv:
        Providers.printing = True
        sys.argv.remove("--print")
    if "--only" in sys.argv:
        at = sys.argv.index("--only")
        Providers.only = tuple(sys.argv[at + 1:])
        del sys.argv[at:]
    main()
