"""Our walk against Chromium's own accessibility tree, element by element: role, name and states; and the way back from
every id to its node. Each disagreement must stand, with its reason, in disagreements.txt. Each page is visited once; the
tests are about what was seen there."""

import collections
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import chromium_tree  # noqa: E402
import large_pages  # noqa: E402
from harness.case import main  # noqa: E402
from harness.script import ScriptCase  # noqa: E402

AGREEMENT = 0.995  # of each group of pages, so that none hides another
ALL_PAGES = bool(os.environ.get("BELAY_TEST_ALL_PAGES"))  # how fast the largest is read, too
GROUPS = ("small", "accname", "hard")  # folders below pages/; the fourth group is large_pages.py


def read(*path):
    with open(os.path.join(HERE, *path), encoding="utf-8") as file:
        return file.read()


def listed():
    """{(page, difference): how often}; a row is "page | difference | reason", with "×3" behind it where it is three."""
    rows = collections.Counter()
    for line in read("disagreements.txt").splitlines():
        if line.strip() and not line.startswith("#"):
            page, difference, reason = (cell.strip() for cell in line.split(" | "))
            times = re.search(r" ×(\d+)$", difference)
            rows[page, re.sub(r" ×\d+$", "", difference)] = int(times.group(1)) if times else 1
            assert reason, line
    return rows


class Visit:
    """What we and what Chromium make of a page that has just been opened."""

    def __init__(self, tab):
        self.misled = tab.ask("misled")
        self.lines = dict(tab.ask("lined"))
        self.ours = tab.ask("probe")
        self.silent = set(tab.ask("dissolved"))
        self.theirs = chromium_tree.tree_of(tab)


class Accessibility(ScriptCase):
    extra = read("probe.js")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tab.call("Accessibility.enable")
        # Frames of another origin go to the same site by its other name.
        other = f"http://localhost:{cls.site.port}"
        cls.group_of = {path: "small" for path in cls.site.pages}
        for group in GROUPS:
            for name in sorted(os.listdir(os.path.join(HERE, "pages", group))):
                cls.site.pages[f"/{name}"] = re.sub(r"http://[bc]\.test:3912", other, read("pages", group, name))
                cls.group_of[f"/{name}"] = group
        cls.site.pages.update(large_pages.PAGES)
        cls.group_of.update({"/list.html": "large", "/big5000.html": "large"})
        cls.pages = list(cls.group_of)
        cls.visits = {}

    def open(self, path):
        self.tab.open(self.site.url + path)

    def visit(self, path):
        if path not in self.visits:
            self.open(path)
            self.visits[path] = Visit(self.tab)
        return self.visits[path]

    def differences(self, visit):
        """(elements compared, "element: difference" of each that disagrees)."""
        self.assertEqual(len(visit.ours), len(visit.theirs))
        out, count = [], 0
        for mine, chromium in zip(visit.ours, visit.theirs):
            if chromium_tree.both_silent(mine, chromium, visit.silent):
                continue
            count += 1
            found = chromium_tree.compare(mine, chromium)
            if found:
                what = mine["tag"] + (f"#{mine['id']}" if mine["id"] else "") if mine else "(hidden)"
                out.append(f"{what}: {'; '.join(found)}")
        return count, out

    def test_roles_names_and_states_are_chromiums(self):
        rows = listed()
        figures = collections.Counter()
        for path in self.pages:
            count, found = self.differences(self.visit(path))
            group = self.group_of[path]
            figures[group] += count
            figures[group + " off"] += len(found)
            print(f"  {path}: {count} elements, {len(found)} differ")
            for difference, times in collections.Counter(found).items():
                self.assertEqual(rows.pop((path[1:], difference), 0), times, f"{path[1:]} | {difference} | why?")
        self.assertFalse(rows, "no longer needed")
        for group in (*GROUPS, "large"):
            agree = 1 - figures[group + " off"] / figures[group]
            print(f"  {group} pages: {figures[group]} elements, {figures[group + ' off']} differ, {100 * agree:.2f} % agree")
            self.assertGreaterEqual(agree, AGREEMENT, group)

    def test_every_control_of_chromiums_tree_has_a_line_and_no_line_is_hidden(self):
        for path in self.pages:
            visit = self.visit(path)
            self.assertIn(0, visit.lines)  # the document itself
            for place, role in visit.lines.items():
                self.assertTrue(visit.ours[place] or not place, f"{path}: {role} is told, but hidden")
            for place, node in enumerate(visit.theirs):
                if place and node and chromium_tree.is_control(node):
                    self.assertIn(place, visit.lines, f"{path}: {node}")

    def test_every_id_leads_back_to_its_node(self):
        total = 0
        for path in self.pages:
            answer = self.visit(path).misled
            self.assertEqual(answer["bad"], [], path)
            total += answer["count"]
        print(f"  {total} ids lead back to their nodes")

    def cpu_seconds(self):
        info = self.tab.devtools.call("SystemInfo.getProcessInfo")["processInfo"]
        return sum(p["cpuTime"] for p in info if p["type"] == "renderer")

    def test_the_walk_is_fast_and_its_text_is_short(self):
        """Times are printed, also as multiples of a bare walk over the same nodes (attributes, text and place of each) in
        the same minute, which a busy machine slows down as much."""
        for path, goal, reference in (("/big5000.html", 40, 187_891), ("/list.html", 40, 100_414),
                                      *((("/big20000.html", 150, 775_799),) if ALL_PAGES else ())):
            self.open(path)
            times = self.tab.run("""(async () => {
                const out = [];
                for (let i = 0; i < 9; i++) {
                  const began = performance.now();
                  await __belay.snapshot();
                  out.push(performance.now() - began);
                }
                return out;
              })()""")
            bare = self.tab.ask("bareWalk")
            spent = self.cpu_seconds()
            for _ in range(4):
                self.tab.run("__belay.snapshot().then(() => 0)")
            spent = 250 * (self.cpu_seconds() - spent)
            began = time.monotonic()
            answer = self.tab.ask("snapshot")
            whole = 1000 * (time.monotonic() - began)
            ratio = len(answer["text"]) / reference
            print(f"  {path}: {answer['elements']} elements, first {times[0]:.0f} ms, median {sorted(times)[4]:.0f} ms, "
                  f"best {min(times):.0f} ms (goal {goal}, {min(times) / bare:.1f} × a bare walk), {spent:.0f} ms of processor, "
                  f"with transport {whole:.0f} ms, {len(answer['text'])} characters, "
                  f"{ratio:.2f} of the reference's")
            self.assertLess(min(times), 6 * bare)
            self.assertLessEqual(ratio, 0.6)


if __name__ == "__main__":
    main()
