"""Guards of what is said to have become of a text. See mutants.py."""

from files import FOCUS, TEXT_FIELDS, TEXT_TAKEN, TYPING

TEXTS = "tests/e2e/test_page_script_acts.py Texts"  # of the page's script

# As in engine_mutants.py.
MUTANTS = {
    "the browser refuses what is typed and nobody sees it": (
        TEXT_FIELDS, "begun && (t.refused === ''", "begun && (true", f"{TEXTS}.test_what_the_browser_refuses_of_typed_keys_is_seen"),
    "what is refused of characters that come at once is not seen": (
        TEXT_TAKEN, "    t.refused += t.offer.text.slice((event.data ?? t.offer.text).length);\n", "",
        f"{TEXTS}.test_what_the_browser_refuses_of_typed_keys_is_seen"),
    "whatever a number field refuses is a mark between thousands": (
        TEXT_FIELDS, "(f.type === 'number' && t.refused === marksIn(text))", "f.type === 'number'",
        f"{TEXTS}.test_what_the_browser_refuses_of_typed_keys_is_seen"),
    "marks between thousands are told as refused": (
        TEXT_FIELDS, "t.refused === marksIn(text)", "false", f"{TEXTS}.test_what_the_browser_refuses_of_typed_keys_is_seen"),
    "what is no beginning of a number counts as one": (
        TEXT_FIELDS, "!f.validity?.badInput || BEGUN.test(text.trim())", "true",
        f"{TEXTS}.test_what_is_no_beginning_of_a_number_is_refused_by_its_field"),
    "what a page prevents is refused by the browser": (
        TEXT_TAKEN, "t.offer && !t.offer.events.some((e) => e.defaultPrevented)", "t.offer",
        f"{TEXTS}.test_what_a_page_does_with_typed_keys_is_no_refusal"),
    "React's event before input is not heard": (
        TYPING, "'beforeinput', 'textInput',", "'beforeinput',", f"{TEXTS}.test_what_a_page_does_with_typed_keys_is_no_refusal"),
    "a page that has led on has typed nothing": (
        TEXT_FIELDS, "kept: taken || active() !== f", "kept: taken", f"{TEXTS}.test_what_a_page_does_with_typed_keys_is_no_refusal"),
    "text that was there before counts as come": (
        TEXT_FIELDS, "|| cameIn(before.drawn, text, bare(wanted))", "|| text.includes(bare(wanted))",
        f"{TEXTS}.test_text_that_was_there_before_proves_nothing"),
    "a change elsewhere makes old text count as come": (
        TEXT_FIELDS, "at < to && at + text.length > from", "true", f"{TEXTS}.test_text_that_was_there_before_proves_nothing"),
    "a text that is left of a longer one has not come": (
        TEXT_FIELDS, "from === to ? at <= to", "false ? at <= to", f"{TEXTS}.test_text_that_was_there_before_proves_nothing"),
    "what is to be emptied need not be empty": (
        TEXT_FIELDS, "return text === '' || hints(e)", "return true || hints(e)", f"{TEXTS}.test_text_that_was_there_before_proves_nothing"),
    "what was around a field before counts as what it shows": (
        TEXT_FIELDS, "&& cameIn(before.named, drawnText(e), bare(wanted))", "&& drawnText(e).includes(bare(wanted))",
        f"{TEXTS}.test_text_that_was_there_before_proves_nothing"),
    "what shows the text beside all of the old one is taken to have taken it": (
        TEXT_FIELDS, "f !== e && !beside &&", "f !== e &&", f"{TEXTS}.test_an_element_that_shows_its_fields_text_beside_the_old_one_has_not_taken_it"),
    "what is drawn a frame later has not come": (
        TEXT_FIELDS, "let passes = 3;", "let passes = 0;", f"{TEXTS}.test_what_is_drawn_a_frame_later_has_come"),
    "a field that was taken away with its text has lost it": (
        TEXT_FIELDS, "const took = gone && tookField(t);", "const took = false;",
        f"{TEXTS}.test_a_field_that_goes_as_the_page_hears_of_its_text_was_taken_with_it"),
    "a root around the field is not watched": (
        TEXT_TAKEN, "root instanceof ShadowRoot ? root.host.getRootNode() : null", "null",
        f"{TEXTS}.test_a_field_that_goes_as_the_page_hears_of_its_text_was_taken_with_it"),
    "a field that goes later was taken away with its text": (
        TEXT_TAKEN, "if (t.event.eventPhase !== Event.NONE) t.went", "t.went",
        f"{TEXTS}.test_a_field_that_goes_later_or_before_it_has_the_text_has_lost_it"),
    "a field that goes before the text is in it was taken away with it": (
        TEXT_TAKEN, "(went?.type === 'beforeinput' && went.defaultPrevented)", "went?.type === 'beforeinput'",
        f"{TEXTS}.test_a_field_that_goes_later_or_before_it_has_the_text_has_lost_it"),
    "whatever stands in the place of a field that was taken away is well": (
        TEXT_FIELDS, "took && !told.kept && bare(valueOf(f)) === ''", "took && !told.kept",
        f"{TEXTS}.test_what_stands_in_its_place_is_what_the_page_made_of_it"),
    "a password in the place of a field is told": (
        TEXT_FIELDS, "value: held, password: t?.password || isPassword(f), lost", "value: held, password: t?.password, lost",
        f"{TEXTS}.test_of_what_is_or_was_a_password_it_says_so"),
    "a password that shows itself while it has the focus is told": (
        FOCUS, "wasPassword || isPassword(field)", "isPassword(field)", f"{TEXTS}.test_of_what_is_or_was_a_password_it_says_so"),
    "what an editor keeps of its EditContext is all that was put there": (
        TEXT_FIELDS, "|| opened || put;", "|| opened;", f"{TEXTS}.test_what_an_editor_drops_of_its_edit_context_was_put_there"),
}
