"""How long an operation waits for earlier ones on its session is in the log, in the metrics and in its own stream."""

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.server import action


class Queue(ServerCase):
    def queue_times(self, server, verb):
        return [entry["queueTime"] for entry in server.logged("request completed")
                if entry["route"].endswith(verb) and "queueTime" in entry]

    def test_an_operation_that_has_to_wait_says_so(self):
        server = self.server()
        session = server.start()
        self.assert_done(server.navigate(session, f"{self.site.url}/?soon"))
        first = server.stream(session, "act", {"input": action("click", "#soon"), "options": {"timeout": 60000}})
        events = first.events()
        self.assertEqual([next(events).name for _ in range(2)], ["starting", "connected"])
        second = server.stream(session, "navigate", {"url": f"{self.site.url}/next"})
        lines = []
        for event in second.events():
            lines.append(event.json["data"].get("message"))
            if len(lines) == 3:  # it has said that it waits
                self.site.soon.set()
        second.close()
        waiting = {"category": "session", "message": "waiting for 1 earlier operation on this session", "level": 2}
        self.assertEqual(lines[2], waiting)
        self.assertFalse([event for event in events if b"waiting for" in event.data.encode()])
        first.close()
        at_once, late = self.queue_times(server, "navigate")
        self.assertLess(at_once, late)
        self.assertEqual(len(self.queue_times(server, "act")), 1)
        self.assertEqual(self.queue_times(server, "start"), [])
        self.assertEqual(server.metric("belay_operation_queue_seconds_count"), 3)
        self.assertGreater(server.metric("belay_operation_queue_seconds_sum"), 0)


if __name__ == "__main__":
    main()
