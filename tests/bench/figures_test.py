"""What bench/ makes of its samples: medians, percentiles, ratios and verdicts. The measuring itself is in bench/."""

import json
import os
import sys
import unittest

ROOT = os.environ.get("BELAY_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "bench"))

from belay_bench import report  # noqa: E402
from belay_bench.session import Program  # noqa: E402
from belay_bench.stats import Comparison, Limit, median, percentile  # noqa: E402

MACHINE = {"date": "today", "commit": "abc", "processors": 2, "processor": "a processor", "kernel": "6", "chromium": "C",
           "load_before": 0.1, "load_most": 1.0}


def comparison(ours, theirs, *limits, **more):
    return Comparison("x", "X", "ms", "a peer", ours=ours, theirs=theirs, limits=list(limits), **more)


class Figures(unittest.TestCase):
    def test_the_median_of_an_even_number_is_between_the_two_in_the_middle(self):
        self.assertEqual(median([4, 1, 3, 2]), 2.5)
        self.assertEqual(median([3, 1, 2]), 2)

    def test_the_99th_percentile_of_few_samples_is_the_worst(self):
        self.assertEqual(percentile(range(1, 11), 0.99), 10)
        self.assertEqual(percentile(range(1, 201), 0.99), 198)
        self.assertEqual(percentile([7, 9, 8], 0.01), 7)

    def test_a_ratio_is_of_the_medians(self):
        self.assertEqual(comparison([1, 2, 300], [4, 4, 4]).ratio(), 0.5)

    def test_a_promise_holds_up_to_its_bound_and_a_goal_is_none(self):
        most = comparison([10.0], [10.0], Limit("ratio", most=1), Limit("ours", most=9.9))
        self.assertEqual([limit.of for limit in most.missed()], ["ours"])
        least = comparison([12.0], [10.0], Limit("ratio", least=1.2), Limit("ratio", least=1.5, goal=True))
        self.assertEqual(least.missed(), [])
        self.assertEqual([holds for _, _, holds in least.verdicts()], [True, False])

    def test_a_promise_of_the_99th_percentile_is_not_one_of_the_median(self):
        limit = Limit("p99", most=100)
        self.assertEqual(comparison([1.0] * 98 + [99.0, 500.0], [], limit).missed(), [])
        self.assertEqual(comparison([1.0] * 97 + [101.0] * 3, [], limit).missed(), [limit])
        self.assertEqual(comparison([], [], limit).missed(), [])
        self.assertIn("| p99 ≤ 100 ms: yes |", report.table([comparison([1.0], [], limit)]))

    def test_without_a_peer_only_the_bound_of_our_own_is_judged(self):
        alone = comparison([5.0], [], Limit("ours", most=4), Limit("ratio", most=0.2))
        self.assertIsNone(alone.ratio())
        self.assertEqual([limit.of for limit in alone.missed()], ["ours"])


class Report(unittest.TestCase):
    def test_a_missed_promise_and_a_skipped_comparison_are_told_in_their_rows(self):
        text = report.table([comparison([3.0], [1.0], Limit("ratio", most=0.5)), comparison([], [], skipped="no npm")])
        self.assertIn("| 3.00× | a peer | ≤ 0.5×: NO |", text)
        self.assertIn("skipped: no npm", text)

    def test_the_raw_data_hold_every_sample_one_line_a_list(self):
        text = report.as_json(MACHINE, [comparison([1.23456, 2], [3])])
        self.assertEqual(json.loads(text)["comparisons"]["x"]["ours"], [1.235, 2])
        self.assertIn('"ours": [1.235, 2]', text)

    def test_the_session_benches_are_printed_and_kept(self):
        program = Program("store_bench", "Lease/0 51 ns", {"Lease/0 (ns)": [51.0, 52.0]})
        self.assertIn("Lease/0 51 ns", report.as_markdown(MACHINE, [], [program]))
        self.assertEqual(json.loads(report.as_json(MACHINE, [], [program]))["session"]["store_bench"],
                         {"Lease/0 (ns)": [51.0, 52.0]})

    def test_a_busy_machine_is_told(self):
        self.assertNotIn("not idle", report.as_markdown(MACHINE, [], []))
        self.assertIn("not idle", report.as_markdown({**MACHINE, "load_before": 3.0}, [], []))


if __name__ == "__main__":
    unittest.main(verbosity=2)
