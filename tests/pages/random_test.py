"""Random pages, each acted on once: what act says is what the page's own listeners saw. No success without the event on the named
element, its label or the control that it is a part of; no event elsewhere; after a failure nothing has been done.

The first page that is wrong is cut down as far as it stays wrong. BELAY_SEED makes the same pages again, BELAY_TEST_RANDOM_PAGES
says how many; where neither is given they are the same hundred each time. `random_test.py SEED:NUMBER` makes one of them alone and prints it."""

import collections
import os
import random
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]

from harness.case import main
from harness.devtools import Navigated
from harness.pages import PageCase
from harness.server import action
from random_judge import judge
from random_page import make, render, smaller

COUNT = int(os.environ.get("BELAY_TEST_RANDOM_PAGES", "100"))
SEED = os.environ.get("BELAY_SEED") or ("1" if "BELAY_TEST_RANDOM_PAGES" not in os.environ else str(random.randrange(1 << 32)))
TIMEOUT = 800  # ms; for what cannot be acted on
MOST_CUTS = 150
SCRIPT = re.compile("(<|&lt;)script.*?/script(>|&gt;)", re.DOTALL)  # also of a document in a srcdoc

# Shapes that are known to be wrong: (why, whether the page and what was found is of that shape). None is skipped before it was seen.
EXCLUDED = []


def excluded(page, faults):
    return any(of_shape(page, faults) for _, of_shape in EXCLUDED)


class RandomPages(PageCase):
    only = None

    def test_what_act_says_is_what_the_page_saw(self):
        numbers = [self.only] if self.only is not None else range(COUNT)
        done, refused, known, wrong = 0, collections.Counter(), 0, []
        print(f"BELAY_SEED={SEED}", flush=True)
        for number in numbers:
            page = make(random.Random(f"{SEED}:{number}"))
            said, faults = self.tried(page)
            done += said["success"]
            if not said["success"]:
                refused[reason(said)] += 1
            if self.only is not None:
                print(render(page, "", "//other", "/page"), page.selector(), page.method, page.arguments, said, faults, sep="\n")
            if not faults:
                continue
            if excluded(page, faults):
                known += 1
                continue
            wrong.append(self.told(f"{SEED}:{number}", *self.cut_down(page, faults)))
            print(wrong[-1], flush=True)
        print(f"{done} done, {refused.total()} refused, {known} of a shape that is known to be wrong", flush=True)
        print("\n".join(f"{count:5} {name}" for name, count in refused.most_common()), flush=True)
        self.assertEqual(wrong, [], "\n\n".join(wrong))

    def tried(self, page):
        """(what act said, what is wrong with it)"""
        path = f"/page{time.monotonic_ns()}"
        documents = render(page, self.site.url, self.site.url.replace("127.0.0.1", "localhost"), path)
        self.site.pages.update(documents)
        try:
            answer = self.server.navigate(self.session, self.site.url + path)
            self.assertEqual(answer.status, 200, answer)
            before = self.js("collect()")
            answer = self.server.act(self.session, action(page.method, page.selector(), *page.arguments), timeout=TIMEOUT)
            said = self.said(answer)
            try:
                after = self.js("collect()")
            except Navigated:
                return said, ["the page went away"]
        finally:
            for name in documents:
                del self.site.pages[name]
        return said, judge(page, said, before, after)

    @staticmethod
    def said(answer):
        if answer.status != 200:
            return {"success": False, "message": answer.json.get("message", "")}
        return answer.json["data"]["result"]

    def cut_down(self, page, faults):
        """The smallest page found that is wrong in the same way, and what is wrong with it."""
        kind = kinds(faults)
        said, tries = None, 0
        while True:
            for one in smaller(page):
                tries += 1
                if tries > MOST_CUTS:
                    return page, faults, said
                said_of_it, faults_of_it = self.tried(one)
                if kinds(faults_of_it) & kind and not excluded(one, faults_of_it):
                    page, faults, said = one, faults_of_it, said_of_it
                    break
            else:
                return page, faults, said or self.tried(page)[0]

    @staticmethod
    def told(name, page, faults, said):
        documents = render(page, "", "//other", "/page")
        html = "\n".join(f"{path}: {SCRIPT.sub('', text)}" for path, text in documents.items())
        return f"{name}: {page.method} {page.selector()} {page.arguments}: {said['success']} {said['message']}\n" \
               f"  {'; '.join(faults)}\n{html}"


def reason(said):
    """Why it was refused, without what differs from page to page."""
    return re.sub(r' ?["<(#].*', "", said["message"].removeprefix("Failed to perform act: "))


def kinds(faults):
    return {fault.split(":")[0].split(" holds")[0] for fault in faults}


if __name__ == "__main__":
    if len(sys.argv) > 1 and re.fullmatch(r"\w+:\d+", sys.argv[1]):
        SEED, RandomPages.only = sys.argv[1].split(":")[0], int(sys.argv.pop(1).split(":")[1])
    main()
