"""DevTools peers that break the protocol: the operation under way, the log and the session's end name what they did, at once."""

import setup_path  # noqa: F401
from harness.case import ServerCase, main
from harness.devtools_peer import DevtoolsPeer
from harness.patience import PATIENCE

BROKE = "The browser's endpoint broke the WebSocket protocol: "
DEVTOOLS = "The browser's endpoint broke the DevTools protocol: "


class PeerProtocol(ServerCase):
    def setUp(self):
        super().setUp()
        self.one = self.server()

    def told_of(self, attack):
        """What an operation is told whose browser does this while it runs."""
        peer = DevtoolsPeer(attack)
        self.addCleanup(peer.close)
        session = self.one.start({"modelName": "openai/gpt-4o-mini", "browser": {
            "type": "local", "launchOptions": {"cdpUrl": peer.url}}})
        before = len(self.one.logged("session ended"))
        peer.hold = "Page.navigate"
        running = self.in_background(self.one.navigate, session, f"{self.site.url}/")
        self.assertTrue(peer.asked.wait(PATIENCE), "the operation asks nothing of the browser")
        peer.begin.set()
        answer = running.result()
        self.assertEqual((answer.status, answer.json["success"]), (500, False), answer)
        message = answer.json["message"]
        self.wait_until(lambda: len(self.one.logged("session ended")) > before, PATIENCE, "the session ends")
        gone = self.one.navigate(session, f"{self.site.url}/")
        self.assert_gone(gone, "crashed")
        self.assertEqual(gone.header("x-session-detail"), message)
        self.assertIn(message.removeprefix("The browser's endpoint cannot be used: "), self.one.logged("browser died")[-1]["detail"])
        self.assertEqual(self.one.logged("session ended")[-1]["detail"], message)
        return message

    def test_frames_that_are_none(self):
        for bytes_, what in ((b"\x83", "reserved opcode 3"), (b"\x8f\x00", "reserved opcode 15"),
                             (b"\xc1", "reserved bits that are set"), (b"\x81\x85", "a masked frame"),
                             (b"\x81\x7f" + 8 * b"\xff", "a length of 2^63 bytes or more"),
                             (b"\x81\x7f\x00\x00\x00\x00\x50\x00\x00\x00", "a message of more than 1073741824 bytes"),
                             (b"\x09", "a fragmented control frame (opcode 9)"), (b"\x80", "a continuation of no message"),
                             (b"\x01\x01{\x81", "a new message before the last one ended"),
                             (b"\x81\x02{\xff", "a text that is not UTF-8"), (b"\x88\x01", "a close frame of one byte")):
            with self.subTest(what):
                self.assertEqual(self.told_of(lambda peer, sent=bytes_: peer.raw(sent)), BROKE + what)

    def test_messages_that_are_none(self):
        for text, what in (("no JSON", "CDP frame: "), ("[1]", "CDP frame: not an object"), ('{"id":', "CDP frame: "),
                           ('{"id":"x"}', "CDP frame: id is no integer")):
            with self.subTest(text):
                self.assertTrue(self.told_of(lambda peer, sent=text: peer.text(sent)).startswith(DEVTOOLS + what))

    def test_a_limit_that_is_exceeded(self):
        def attack(peer):
            for number in range(1, 1100):
                peer.attach(number)
        self.assertEqual(self.told_of(attack), "The browser's endpoint cannot be used: the browser attached more than 1000 targets")

    def test_an_attach_is_told_as_well(self):
        peer = DevtoolsPeer(lambda peer: peer.raw(b"\x83"))
        self.addCleanup(peer.close)
        peer.be_mute()
        peer.begin.set()
        answer = self.one.start_answer({"modelName": "openai/gpt-4o-mini", "browser": {
            "type": "local", "launchOptions": {"cdpUrl": peer.url}}})
        self.assertEqual((answer.status, answer.json["message"]), (500, BROKE + "reserved opcode 3"))


if __name__ == "__main__":
    main()
